"""Numbers, a figure and a table of the chapter on products per customer."""

from casebank.exhibits import Bi, figure, table, values

OURS = Bi(zh="澜川银行（虚构）的示例数据", en="Sample data of Lanchuan Bank (invented)")


def held(data):
    accounts = data.table("accounts")
    return accounts[accounts.closed.isna()].groupby("customer_id")["product"].nunique()


@values
def numbers(data):
    own = held(data)
    return {"n": len(own), "mean": float(own.mean()), "one": float((own == 1).mean())}


@figure(
    "spread",
    title=Bi(zh="只有一件产品的占 {{value:one|pct0}}", en="{{value:one|pct0}} hold one product"),
    alt=Bi(zh="按产品数的客户数柱形图", en="Bars: customers by number of products"),
    source=OURS,
)
def spread(data, lang):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5, 2.5))
    counts = held(data).value_counts().sort_index()
    ax.bar(counts.index.astype(str), counts)
    ax.set_xlabel("产品数" if lang == "zh" else "products")
    ax.set_ylabel("客户" if lang == "zh" else "customers")
    return fig


@table("rows", title=Bi(zh="按产品数", en="By number of products"), source=OURS)
def rows(data, lang):
    counts = held(data).value_counts().sort_index().reset_index()
    return counts.set_axis(
        ["产品数", "客户"] if lang == "zh" else ["Products", "Customers"], axis=1
    )
