"""The exhibits of the case: visits at the counter, invented."""

from casebank.exhibits import Bi, figure, table, values

OURS = Bi(zh="本课程虚构", en="Invented for this course")


@values
def numbers(data):
    return {"visits": int(data.csv("months.csv").visits.iloc[-1])}


@table(
    "months", title=Bi(zh="柜台业务笔数", en="People served at the counter"), source=OURS, exhibit=1
)
def months(data, lang):
    rows = data.csv("months.csv")[["month", "visits"]]
    return rows.set_axis(["月份", "笔数"] if lang == "zh" else ["Month", "People"], axis=1)


@figure(
    "bars",
    title=Bi(zh="一个月比一个月少", en="Fewer each month"),
    alt=Bi(zh="三个月的柱形图，逐月变矮", en="Bars of three months, each lower than the last"),
    source=OURS,
    exhibit=2,
)
def bars(data, lang):
    import matplotlib.pyplot as plt

    rows = data.csv("months.csv")
    fig, ax = plt.subplots(figsize=(4, 2.5))
    ax.bar(rows.month, rows.visits)
    return fig
