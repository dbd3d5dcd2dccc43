# %% [markdown] lang="zh"
# 2026 年 6 月 30 日晚上，澜川银行消费者权益保护部负责人许宁要给副行长方维写一页纸。他问了三件事：有多少投诉超了期；桌上为什么一阵一阵地堆起来；赔付和快通道到底留没留住客户。月报上写着，拿到赔付的人反而走得更多。
#
# 本实验从一张日历数起，走到那页纸为止。十步，每一步有一处要看、一个小问题。先猜，再运行；猜错的地方最值得停下来。
#
# 澜川银行是虚构的，投诉的人也都不存在。“今天”是 2026 年 6 月 30 日。两张表放在本文件旁边的 `data/` 文件夹里。规则按本章“时钟”一节，截至 2026 年 11 月；这里没有法律意见。
#
# ## 准备
#
# 运行单元格：点一下，按 Shift + Enter，从上往下，一格也不要跳。下面两格不用看懂：第一格取工具，第二格定下图的字体和各种原因的名字。后面凡是名字以 `figure_` 开头的一段，只管画图，也可以跳过不读。
# %% [markdown] lang="en"
# On the evening of 30 June 2026 Xu Ning, head of consumer protection at Lanchuan Bank, owes a page to Fang Wei, the vice-president. He asked three things: how many complaints were late; why the desk fills up in waves; and whether redress and the quick lane kept any customers. The monthly report says that people who got redress left more often.
#
# This lab starts from a calendar and ends with that page. It has ten steps. Each names one thing to notice and asks one small question. Guess before you run the cell; where your guess was wrong is where to stop.
#
# Lanchuan Bank is invented, and so is everybody who complains. "Today" is 30 June 2026. The two tables lie in the folder `data/` beside this file. The rules are those of the chapter's section on clocks, as of November 2026; nothing here is legal advice.
#
# ## Before you begin
#
# To run a cell, click on it and press Shift + Enter. Go from top to bottom and leave none out. You need not understand the next two: one fetches the tools, the other sets the font of the figures and the names of the causes. Whatever is named `figure_…` further down only draws; you may skip it too.
# %%
import datetime as dt

import chinese_calendar
import holidays
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from IPython.display import Markdown, display

from casebank.check import figures
from casebank.check.figures import PALETTE, PAPER

pd.set_option("display.float_format", "{:,.1f}".format)
pd.set_option("display.max_colwidth", None)

DAY = pd.Timedelta(days=1)


def say(sentence):
    """Show a sentence under the cell; on a phone its lines break by themselves."""
    display(Markdown(sentence))


# %% lang="zh"
figures.use_style("zh")
CAUSES = {
    "fee": "收费",
    "unrecognised_payment": "不认识的扣款",
    "transfer_delay": "转账延误",
    "app_failure": "手机银行故障",
    "staff_conduct": "员工态度",
    "misselling": "误导销售",
    "loan_terms": "贷款条件",
    "collection": "催收",
    "unwanted_marketing": "营销打扰",
    "account_restriction": "账户受限",
    "credit_record": "征信记录",
    "face_login": "刷脸登录",
}


def date(day):
    """A day as people write it."""
    return f"{day.month} 月 {day.day} 日"


# %% lang="en"
figures.use_style("en")
CAUSES = {
    "fee": "fees",
    "unrecognised_payment": "unrecognised payment",
    "transfer_delay": "transfer delayed",
    "app_failure": "app failure",
    "staff_conduct": "staff conduct",
    "misselling": "mis-selling",
    "loan_terms": "loan terms",
    "collection": "collection",
    "unwanted_marketing": "unwanted marketing",
    "account_restriction": "account restricted",
    "credit_record": "credit record",
    "face_login": "log-in by face",
}


def date(day):
    """A day as people write it."""
    return f"{day.day} {day:%B}"


# %% [markdown] lang="zh"
# ## 第 1 步：先看数据
#
# `complaints` 一件投诉一行：什么时候收到、什么时候告知结果、多严重、赔了多少、后来怎样。`complaint_events` 一步一行：收到、分派、停表、批准延长……先数四样东西：行数、起止、没办完的、没有下文的。
#
# **要看的：** `told_at` 空着的是没办完的，不是坏数据。`main_bank_after` 是告知结果 90 天以后打电话问的：空着的有两种，**还没到日子**和**没问到**。表里把它们分开数。
#
# **小问题：** 把空着的当成“走了”，或者把空着的一删了之，各会骗到谁？
# %% [markdown] lang="en"
# ## Step 1: look at the data
#
# `complaints` has a row for each complaint: when it came, when the customer was told, how grave it was, what was paid, what became of the customer. `complaint_events` has a row for each step: received, assigned, clock stopped, extension approved and so on. Count four things first: rows, first and last day, what is still open, what has no sequel.
#
# **Notice:** where `told_at` is empty the complaint is open; that is no fault of the data. `main_bank_after` was asked by telephone 90 days after the customer was told. It is empty for two reasons, **not yet due** and **not reached**, and the table counts them apart.
#
# **Question:** take the empty ones for "left", or throw them all away: whom does each mislead?
# %%
complaints = pd.read_csv(
    "data/complaints.csv",
    parse_dates=["received_at", "first_reply_at", "told_at"],
    dtype={"extension": str, "main_bank_after": "boolean"},
)
events = pd.read_csv("data/complaint_events.csv", parse_dates=["at"])

today = pd.Timestamp("2026-06-30")
pilot = pd.Timestamp("2025-10-01")  # from here on a lot fills the quick lane
complaints["day"] = complaints["received_at"].dt.normalize()
complaints["told_day"] = complaints["told_at"].dt.normalize()
complaints["days"] = (complaints["told_day"] - complaints["day"]).dt.days
is_open = complaints["told_at"].isna()
not_due = is_open | (complaints["told_day"] + 90 * DAY > today)
known = complaints["main_bank_after"].notna()

overview = pd.Series(
    {
        "complaints": len(complaints),
        "customers": complaints["customer_id"].nunique(),
        "steps": len(events),
        "open": is_open.sum(),
        "known": known.sum(),
        "not_due": (~known & not_due).sum(),
        "not_reached": (~known & ~not_due).sum(),
    }
)
# %% lang="zh"
first, last = complaints["day"].min(), complaints["day"].max()
say(f"最早 {first.year} 年 {date(first)}，最晚 {last.year} 年 {date(last)}。")
overview.rename(
    {
        "complaints": "投诉（件）",
        "customers": "来自客户（位）",
        "steps": "步骤（行）",
        "open": "没办完（件）",
        "known": "90 天后问到了（件）",
        "not_due": "还没到日子（件）",
        "not_reached": "到了日子没问到（件）",
    }
).to_frame("数目")
# %% lang="en"
first, last = complaints["day"].min(), complaints["day"].max()
say(f"From {date(first)} {first.year} to {date(last)} {last.year}.")
overview.rename(
    {
        "customers": "customers who made them",
        "open": "still open",
        "known": "asked 90 days later",
        "not_due": "not yet due to be asked",
        "not_reached": "due but not reached",
    }
).to_frame("number")


# %% [markdown] lang="zh"
# ## 第 2 步：数七个工作日
#
# 2026 年 2 月 13 日，星期五，晚上有人向监管部门投诉银行。按 2020 年第 3 号令第三十三条，监管部门最迟在第 7 个**工作日**把它转给银行。这部办法里，只有这一处按工作日算。
#
# 工作日没有公式。国务院办公厅每年年底发通知，写明哪些天放假，哪几个周末要补班。`chinese_calendar` 这个库把通知抄了下来，两样都记得。
#
# **要看的：** 图里三种算法。只看星期几的程序，说 2 月 24 日；知道放假、不知道补班的，说 3 月 4 日；对的是 3 月 2 日。再看最后一句：问到 2027 年，这个库报错。它不知道，就说不知道。
#
# **小问题：** 一个供应商的系统对 2027 年也给得出到期日。你问他哪一句话？
# %% [markdown] lang="en"
# ## Step 2: count seven working days
#
# On Friday 13 February 2026, in the evening, somebody complains about the bank to the regulator. By article 33 of order 3 of 2020 the regulator must pass it on by the seventh **working day**. It is the only limit of the order that runs in working days.
#
# No formula yields working days. Late each year the State Council announces which days are off, and which weekends are worked in exchange. The library `chinese_calendar` has copied the notices, both halves of them.
#
# **Notice:** three ways to count. A program that knows weekdays only says 24 February; one that knows the holidays but not the exchange says 4 March; right is 2 March. Then read the last sentence: asked about 2027, the library raises an error. It does not know, and says so.
#
# **Question:** a vendor's system gives due dates for 2027 as well. What one sentence do you ask the vendor?
# %%
def weekday(day):
    """Monday to Friday."""
    return day.weekday() < 5


def holiday_only(day):
    """Monday to Friday without holidays; the make-up days forgotten."""
    return day.weekday() < 5 and not chinese_calendar.is_holiday(day)


def in_china(day):
    """What the notice says: holidays and make-up days."""
    return chinese_calendar.is_workday(day)


def add_working_days(day, count, works=in_china):
    """The count-th working day after a day; the day itself does not count."""
    day = pd.Timestamp(day).normalize()
    while count > 0:
        day += DAY
        count -= works(day)
    return day


friday = pd.Timestamp("2026-02-13 21:40")
sevenths = {
    name: add_working_days(friday, 7, works)
    for name, works in (("weekday", weekday), ("holiday", holiday_only), ("notice", in_china))
}
try:
    refusal = add_working_days(pd.Timestamp("2026-12-28"), 7)
except NotImplementedError as error:
    refusal = str(error)


def figure_february(T):
    """A calendar of four weeks: what is worked, what is off, where each way of counting ends."""
    monday = pd.Timestamp("2026-02-09")
    fig, ax = plt.subplots(figsize=(6.4, 4.4))
    counted = 0
    for place in range(28):
        day = monday + place * DAY
        row, column = divmod(place, 7)
        works, usual = in_china(day), weekday(day)
        colour = "white" if works else PALETTE["grey"]
        hatch = None
        if works and not usual:
            colour, hatch = PALETTE["ochre"], "///"
        ax.add_patch(
            plt.Rectangle(
                (column, row), 0.94, 0.9, facecolor=colour, edgecolor="#d5dae1", hatch=hatch
            )
        )
        counted += works and day > friday
        ink = "white" if not works else PALETTE["ink"]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if hatch else None
        ax.text(column + 0.08, row + 0.3, f"{day.day}", color=ink, fontsize=11, bbox=box)
        if works and 1 <= counted <= 7 and day > friday:
            ax.text(
                column + 0.86,
                row + 0.78,
                counted,
                ha="right",
                fontsize=15,
                color=PALETTE["blue"],
                bbox=box,
            )
        for name, end in sevenths.items():
            if day == end:
                edge = PALETTE["blue"] if name == "notice" else PALETTE["vermilion"]
                style = "-" if name == "notice" else "--"
                ax.add_patch(
                    plt.Rectangle(
                        (column + 0.03, row + 0.04),
                        0.88,
                        0.82,
                        fill=False,
                        edgecolor=edge,
                        linewidth=2.6,
                        linestyle=style,
                    )
                )
    ax.set_xlim(0, 7)
    ax.set_ylim(4, 0)
    ax.set_xticks(np.arange(7) + 0.47, T["weekdays"])
    ax.xaxis.tick_top()
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    marks = [
        plt.Rectangle((0, 0), 1, 1, facecolor=PALETTE["grey"]),
        plt.Rectangle((0, 0), 1, 1, facecolor=PALETTE["ochre"], hatch="///", edgecolor="white"),
        plt.Rectangle((0, 0), 1, 1, fill=False, edgecolor=PALETTE["blue"], linewidth=2.6),
        plt.Rectangle(
            (0, 0), 1, 1, fill=False, edgecolor=PALETTE["vermilion"], linewidth=2.2, linestyle="--"
        ),
    ]
    ax.legend(marks, T["legend"], loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=2)
    figures.title(ax, T["title"])
    plt.show()


# %% lang="zh" alt="2026 年 2 月 9 日到 3 月 8 日的日历，四行七列。灰色是放假和周末，带斜纹的 2 月 14 日、28 日两个星期六要上班。蓝色数字从 1 数到 7，第 7 个落在 3 月 2 日；红色虚框标出两个错的答案，2 月 24 日和 3 月 4 日。"
T = {
    "weekdays": ["一", "二", "三", "四", "五", "六", "日"],
    "legend": ["不上班", "补班的星期六", "第 7 个工作日", "两个错的答案"],
    "title": "第 7 个工作日是 3 月 2 日：有两个星期六要上班",
}
figure_february(T)
say(
    f"只看星期几：{date(sevenths['weekday'])}；只知道放假：{date(sevenths['holiday'])}；"
    f"按通知：{date(sevenths['notice'])}。"
)
say(f"从 2026 年 12 月 28 日起数，要走进 2027 年，得到的是：`{refusal}`")
# %% lang="en" alt="A calendar from 9 February to 8 March 2026, four rows of seven days. Grey days are off; the hatched Saturdays 14 and 28 February are worked. Blue numbers count from 1 to 7, the seventh on 2 March; dashed red frames mark two wrong answers, 24 February and 4 March."
T = {
    "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "legend": ["off", "Saturday worked in exchange", "seventh working day", "two wrong answers"],
    "title": "The seventh working day is 2 March: two Saturdays are worked",
}
figure_february(T)
say(
    f"Weekdays only: {date(sevenths['weekday'])}; holidays known: {date(sevenths['holiday'])}; "
    f"by the notice: {date(sevenths['notice'])}."
)
say(f"From 28 December 2026 the way leads into 2027, and the answer is: `{refusal}`")
# %% [markdown] lang="zh"
# ## 第 3 步：一件投诉，三套钟
#
# 同一天晚上 9 点 40 分，一位客户在手机银行里说：有一笔 380 元不是我付的。这件投诉放在三个地方，各在哪天到期？
#
# - **中国**（2020 年第 3 号令第十八条）：事实清楚的 15 天，复杂的 30 天，特别复杂又经上级批准的 60 天。都是自然日。收到那天算第 0 天还是第 1 天、最后一天逢假期怎么办，办法都没有写；这里算第 0 天，什么也不挪。
# - **英国**（FCA 手册 DISP）：第三个营业日结束前了结、客户也接受，发一封短信函就行；否则八周。但这一件说的是付款，付款类的投诉另有 15 和 35 个营业日。
# - **美国**（E 条例，电子转账差错）：10 个营业日；先把钱暂记入账的，45 天。
#
# **要看的：** 三套钟里，哪一套最早响，哪一套给得最长？美国的第一道时限落在 3 月 2 日，是因为 2 月 16 日总统日银行不开门。
#
# **小问题：** 英国“三天了结”要客户点头。如果把员工的奖金和“三天了结率”挂钩，客户会听到什么样的电话？
# %% [markdown] lang="en"
# ## Step 3: one complaint, three clocks
#
# On the same evening, at 9.40, a customer writes in the app: there is a payment of 380 yuan that I did not make. When would this complaint be due in each of three places?
#
# - **China** (article 18 of order 3 of 2020): 15 days where the facts are clear, 30 where they are complex, 60 where they are particularly complex and somebody above has approved. All are calendar days. Whether the day of receipt is day 0 or day 1, and what happens on a last day that is a holiday, the order does not say; here it is day 0, and nothing is moved.
# - **United Kingdom** (FCA Handbook, DISP): if it is resolved by close of the third business day, and the customer accepts, a short letter will do; otherwise eight weeks. But this one is about a payment, and for those the limits are 15 and 35 business days.
# - **United States** (Regulation E, errors in electronic transfers): 10 business days, or 45 days if the sum has been credited provisionally.
#
# **Notice:** which clock rings first, and which gives most time? The first American limit falls on 2 March because banks were shut on 16 February, Presidents' Day.
#
# **Question:** in Britain "resolved in three days" needs the customer's yes. If bonuses depend on the share resolved in three days, what sort of call will customers get?
# %%
YEARS = [2024, 2025, 2026]
bank_holidays = {
    "uk": set(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)),
    "us": set(holidays.country_holidays("US", years=YEARS, observed=False)),
}
# The Federal Reserve's banks keep a holiday that falls on a Sunday on the Monday.
bank_holidays["us"] |= {d + dt.timedelta(days=1) for d in bank_holidays["us"] if d.weekday() == 6}


def business(place):
    """A function that says whether banks there work on a day."""
    return lambda day: day.weekday() < 5 and day.date() not in bank_holidays[place]


def three_clocks(received):
    """What is due when: place, limit, last day."""
    day = pd.Timestamp(received).normalize()
    rows = [
        ("cn", "simple", day + 15 * DAY),
        ("cn", "complex", day + 30 * DAY),
        ("cn", "longest", day + 60 * DAY),
        ("uk", "summary", add_working_days(day, 3, business("uk"))),
        ("uk", "final", day + 56 * DAY),
        ("uk", "payment", add_working_days(day, 15, business("uk"))),
        ("uk", "payment_longest", add_working_days(day, 35, business("uk"))),
        ("us", "decide", add_working_days(day, 10, business("us"))),
        ("us", "credited", day + 45 * DAY),
    ]
    table = pd.DataFrame(rows, columns=["place", "limit", "last"])
    table["after"] = (table["last"] - day).dt.days
    return table


clocks = three_clocks(friday)


def figure_clocks(T):
    """Last days on one axis of days after receipt, one row a limit."""
    colours = {"cn": PALETTE["vermilion"], "uk": PALETTE["blue"], "us": PALETTE["teal"]}
    shapes = {"cn": "o", "uk": "s", "us": "^"}
    fig, ax = plt.subplots(figsize=(6.4, 5.0))
    for row, one in enumerate(clocks.itertuples()):
        ax.hlines(row, 0, one.after, color=colours[one.place], linewidth=2.2)
        ax.plot(one.after, row, shapes[one.place], color=colours[one.place], markersize=8)
        ax.text(one.after + 1.5, row, date(one.last), va="center", fontsize=11)
    ax.set_yticks(range(len(clocks)), [T[(one.place, one.limit)] for one in clocks.itertuples()])
    ax.invert_yaxis()
    ax.set_xlim(0, 74)
    ax.set_xticks([0, 15, 30, 45, 60])
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(T["x"])
    figures.title(ax, T["title"].format(clocks["after"].min(), clocks["after"].max()))
    plt.show()


# %% lang="zh" alt="横线图：九道时限各一行，横轴是收到以后的天数。中国 15、30、60 天；英国第三个营业日、八周，付款类 15 和 35 个营业日；美国 10 个营业日和 45 天。最早的是英国第三个营业日，最晚的是中国 60 天。"
T = {
    ("cn", "simple"): "中国：简单",
    ("cn", "complex"): "中国：复杂",
    ("cn", "longest"): "中国：特别复杂，已批准",
    ("uk", "summary"): "英国：三个营业日了结",
    ("uk", "final"): "英国：八周",
    ("uk", "payment"): "英国：付款类",
    ("uk", "payment_longest"): "英国：付款类，特殊",
    ("us", "decide"): "美国：E 条例",
    ("us", "credited"): "美国：先暂记入账",
    "x": "收到以后第几天（2026 年 2 月 13 日是第 0 天）",
    "title": "同一件投诉，最早的时限在第 {} 天，最晚的在第 {} 天",
}
figure_clocks(T)
# %% lang="en" alt="Horizontal lines, one for each of nine limits, by days after receipt. China: 15, 30 and 60 days; United Kingdom: third business day, eight weeks, and 15 and 35 business days for payments; United States: 10 business days and 45 days. The British third business day comes first, China's 60 days last."
T = {
    ("cn", "simple"): "China: simple",
    ("cn", "complex"): "China: complex",
    ("cn", "longest"): "China: longest, approved",
    ("uk", "summary"): "UK: third business day",
    ("uk", "final"): "UK: eight weeks",
    ("uk", "payment"): "UK: payments",
    ("uk", "payment_longest"): "UK: payments, longest",
    ("us", "decide"): "US: Regulation E",
    ("us", "credited"): "US: credited meanwhile",
    "x": "days after receipt (13 February 2026 is day 0)",
    "title": "One complaint: the first limit ends on day {}, the last on day {}",
}
figure_clocks(T)


# %% [markdown] lang="zh"
# ## 第 4 步：会停、会重来的钟
#
# 回到中国的 15 天。钟不是一直往前走的：
#
# 1. **停**：送外部机构鉴定的时间可以不算，但要及时告诉客户。没有告诉的停，这里不算停。
# 2. **重来**：客户带来新的事实和理由，从新材料到的那天重新数 15 天；那天钟正停着，这次停也从那天重新数。
# 3. **延**：复杂的到 30 天；60 天要由上级机构或总行高级管理人员批准（本行写作 `HO-`）。
# 4. **作废**：钟走完以后才停、才补材料、才批的，都救不回来。停着的钟不会走完。
#
# 第 4 条和第 2 条的后半句，办法里没有明写，是本行的读法；第 4 条不这样读，任何超期都能用一个签名补上。
#
# **要看的：** 两件投诉的全过程，右边一列是走完这一步以后的最后一天。第一件停了 11 天，又及时批了延长，按时。第二件，新材料 3 月 16 日才到，钟 15 日已经走完；3 月 30 日总行签的延长，签在一具空壳上。
#
# **小问题：** 第二件的经办人会说：“客户自己补的材料，我们有什么办法？”3 月 15 日那天，他本来有什么办法？
# %% [markdown] lang="en"
# ## Step 4: a clock that stops and starts again
#
# Back to China's 15 days. The clock does not always run on:
#
# 1. **Stop.** Time for an appraisal outside the bank may be left out, if the customer is told in good time. A stop of which the customer was not told is no stop here.
# 2. **Start again.** When the customer brings new facts and reasons, 15 days are counted from the day on which they arrive; if the clock is stopped on that day, the stop too is counted afresh from then.
# 3. **Extend.** Complex complaints get 30 days; 60 need approval by the superior unit or a senior manager of head office (`HO-` in this bank).
# 4. **Void.** Whatever comes after the clock has run out, be it a stop, new facts or an approval, does not bring it back. A clock that is stopped does not run out.
#
# The fourth, and the second half of the second, are not in the order in so many words. They are how this bank reads it; without the fourth a signature would mend any delay.
#
# **Notice:** two complaints step by step, and in the right-hand column the last day as it stands after each. The first stood still for 11 days and was then extended in time: it is in order. In the second, new facts came on 16 March, and the clock had run out on the 15th; the extension that head office signed on 30 March was put on an empty shell.
#
# **Question:** the officer of the second will say: "The customer sent more papers, what could we do?" What could have been done on 15 March?
# %%
def walk(steps, extension, strict=True):
    """Every step of one complaint with the last day after it, and what became of the step.

    strict: a stop counts only if the customer was told of it within a day.
    """
    notices = steps.loc[steps["event"] == "interim_notice", "at"]
    last, stopped, rows = None, None, []
    for step in steps.sort_values("at", kind="stable").itertuples():
        day, became = step.at.normalize(), ""
        if step.event == "received":
            last = day + 15 * DAY
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif step.event in ("clock_stopped", "new_facts", "extension_approved"):
            # While the clock stands it cannot run out.
            if day > last and stopped is None:
                became = "void"
            elif step.event == "clock_stopped":
                soon = notices[(notices >= step.at) & (notices < day + 2 * DAY)]
                stopped = day if len(soon) or not strict else None
                became = "" if stopped is not None else "untold"
            elif step.event == "new_facts":
                last = day + 15 * DAY
                stopped = None if stopped is None else day
            else:
                enough = extension == "60" and step.actor.startswith("HO-")
                last += (45 if enough else 15) * DAY
                became = "short" if extension == "60" and not enough else ""
        rows.append((step.at, step.event, step.actor, last, became))
    return pd.DataFrame(rows, columns=["at", "event", "actor", "last", "became"])


by_complaint = dict(list(events.groupby("complaint_id")))
extensions = complaints.set_index("complaint_id")["extension"]
told = complaints.set_index("complaint_id")["told_day"]


def story(number):
    """The steps of one complaint up to the day on which the customer was told."""
    table = walk(by_complaint[number], extensions[number])
    table = table[
        ~table["event"].isin(["followup_call", "redress_paid", "assigned", "acknowledged"])
    ]
    table["at"] = table["at"].map(date)
    table["last"] = table["last"].map(date)
    return table.set_index("at")


good, bad = story(10050703), story(10671903)
# %% lang="zh"
STEPS = {
    "received": "收到",
    "clock_stopped": "停表",
    "interim_notice": "中期告知",
    "clock_resumed": "恢复",
    "new_facts": "新材料",
    "extension_approved": "批准延长",
    "decided": "决定",
    "told": "告知结果",
}
HEAD = {"event": "步骤", "actor": "谁", "last": "走完这一步，最后一天", "became": "备注"}
NOTES = {
    "void": "作废：钟已走完",
    "untold": "没告诉客户，不算停",
    "short": "不是总行批的，只当 30 天",
}
say("**第一件：** 停过、延过，3 月 14 日告知，在最后一天以前。")
display(good.replace({"event": STEPS, "became": NOTES}).rename(columns=HEAD).rename_axis(None))
say("**第二件：** 4 月 13 日告知。钟在 3 月 15 日就走完了。")
bad.replace({"event": STEPS, "became": NOTES}).rename(columns=HEAD).rename_axis(None)
# %% lang="en"
STEPS = {name: name.replace("_", " ") for name in events["event"].unique()}
HEAD = {"event": "step", "actor": "who", "last": "last day after it", "became": "note"}
NOTES = {
    "void": "void: the clock had run out",
    "untold": "customer not told: no stop",
    "short": "not by head office: worth 30",
}
say("**The first:** stopped and extended, told on 14 March, before its last day.")
display(good.replace({"event": STEPS, "became": NOTES}).rename(columns=HEAD).rename_axis(None))
say("**The second:** told on 13 April. Its clock had run out on 15 March.")
bad.replace({"event": STEPS, "became": NOTES}).rename(columns=HEAD).rename_axis(None)


# %% [markdown] lang="zh"
# ## 第 5 步：谁超了期
#
# 现在让每件投诉的钟都走一遍。撤回的不算；没办完的，拿今天和最后一天比。
#
# **要看的：** 图里 15 天右边还有一大片蓝色：过了 15 天不等于超期，多数是及时停过、延过、重来过的。红色斜纹的才是超期。再看表：最扎眼的不是“没有延长”，是“钟走完才批的延长”。签名一个不少，客户一天也没有早知道。
#
# 图下一句是两种读法的差别：没有告诉客户的停，算不算停。第十八条说要及时告知，没有说不告知就怎样；许宁取严的读法，把另一个数也写在旁边。还有一条这里查不了：延到 60 天也要告诉客户，而流水里的“中期告知”没有写说了什么。
#
# **小问题：** 如果考核只看“有没有延长手续”，表里哪一行会从“超期”变成“合规”？
# %% [markdown] lang="en"
# ## Step 5: who was late
#
# Now run the clock of every complaint. Those that were withdrawn are left out; those still open are held against today.
#
# **Notice:** to the right of day 15 there is a good deal of blue. Beyond 15 days is not yet late: most of these were stopped, extended or begun again in time. Late are the red hatched ones. Then the table: what stands out is not "no extension" but "extension approved after the end". Every signature is there, and no customer knew a day sooner.
#
# The sentence under the figure gives the difference between two readings: does a stop count of which the customer was not told? Article 18 asks for notice in good time and does not say what follows without it. Xu Ning takes the strict reading and puts the other number beside it. One thing cannot be checked here: customers have to be told of an extension to 60 days too, and the steps do not say what an interim notice said.
#
# **Question:** if staff are judged by whether the papers of an extension are there, which row of the table turns from late to compliant?
# %%
def outcome(number, strict=True):
    """Last day of a complaint, and what happened to its extension."""
    table = walk(by_complaint[number], extensions[number], strict)
    asked = table[table["event"] == "extension_approved"]
    became = "none" if asked.empty else asked["became"].iloc[-1] or "valid"
    return table["last"].iloc[-1], became


judged = complaints[complaints["result"] != "withdrawn"].set_index("complaint_id")
found = [outcome(number) for number in judged.index]
judged["last"] = [last for last, _ in found]
judged["papers"] = [became for _, became in found]
judged["end"] = judged["told_day"].fillna(today)
judged["late"] = judged["end"] > judged["last"]
lenient = judged["last"].copy()
for number in lenient.index.intersection(
    events.loc[events["event"] == "clock_stopped", "complaint_id"]
):
    lenient[number] = outcome(number, strict=False)[0]
late_lenient = (judged["end"] > lenient).sum()

ways = {
    "in_15": ~judged["late"] & (judged["days"] <= 15),
    "in_longer": ~judged["late"] & (judged["days"] > 15),
    "running": ~judged["late"] & judged["told_at"].isna(),
    "late_none": judged["late"] & (judged["papers"] == "none"),
    "late_void": judged["late"] & (judged["papers"] == "void"),
    "late_after": judged["late"] & judged["papers"].isin(["valid", "short"]),
}
clockbook = pd.DataFrame({"n": {name: rows.sum() for name, rows in ways.items()}})
clockbook["share"] = clockbook["n"] / len(judged) * 100


def figure_late(T):
    """Days from receipt until the customer was told, in time and late."""
    done = judged[judged["told_at"].notna()]
    bins = np.arange(-0.5, 62.5, 1)
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    parts = [
        done.loc[~done["late"], "days"].clip(upper=60),
        done.loc[done["late"], "days"].clip(upper=60),
    ]
    _, _, bars = ax.hist(
        parts,
        bins=bins,
        stacked=True,
        color=[PALETTE["blue"], PALETTE["vermilion"]],
        label=[T["time"], T["late"]],
    )
    for bar in bars[1]:
        bar.set_hatch("///")
    for limit in (15, 30):
        ax.axvline(limit + 0.5, color=PALETTE["ink"], linestyle="--", linewidth=1.2)
    ax.set_xticks([0, 5, 10, 15, 30, 45, 60])
    ax.set_xlabel(T["x"])
    ax.set_ylabel(T["y"])
    ax.legend(loc="upper right")
    beyond = (done["days"] > 15).sum()
    figures.title(ax, T["title"].format(beyond, (done["late"] & (done["days"] > 15)).sum()))
    plt.show()


# %% lang="zh" alt="直方图：从收到到告知结果的天数。多数在 15 天以内，蓝色；15 天以后拖着一条长尾，里面大半是蓝色，红色斜纹是超期。虚线标在 15、30 天。"
T = {
    "time": "没有超期",
    "late": "超期",
    "x": "从收到到告知结果（自然日；60 天以上并入 60）",
    "y": "件数",
    "title": "{} 件超过 15 天才告知，其中真正超期的 {} 件",
}
figure_late(T)
say(f"按严的读法，超期 {judged['late'].sum()} 件；不查停表有没有告知，{late_lenient} 件。")
clockbook.rename(
    index={
        "in_15": "15 天以内告知",
        "in_longer": "超过 15 天，在最后一天以前",
        "running": "没办完，还没到最后一天",
        "late_none": "超期：没有延长",
        "late_void": "超期：钟走完才批的延长",
        "late_after": "超期：延长了还是晚",
    },
    columns={"n": "件数", "share": "占比（%）"},
)
# %% lang="en" alt="Histogram of the days from receipt until the customer was told. Most lie within 15 days, in blue; a long tail follows, most of it blue too, with late ones hatched in red. Dashed lines stand at 15 and 30 days."
T = {
    "time": "in time",
    "late": "late",
    "x": "days from receipt until told (calendar days; 60 holds all beyond)",
    "y": "complaints",
    "title": "{} were told after more than 15 days; {} of these were late",
}
figure_late(T)
say(
    f"By the strict reading {judged['late'].sum()} were late; if nobody asks whether "
    f"customers heard of a stop, {late_lenient}."
)
clockbook.rename(
    index={
        "in_15": "told within 15 days",
        "in_longer": "told later, on or before the last day",
        "running": "open, last day not past",
        "late_none": "late: no extension",
        "late_void": "late: extension approved after the end",
        "late_after": "late: in spite of an extension",
    },
    columns={"n": "complaints", "share": "%"},
)
# %% [markdown] lang="zh"
# ## 第 6 步：桌上为什么堆起来
#
# 每天晚上桌上有几件没办完？收到的减去办完的，一天一天加起来。
#
# 有一条规律，时间一长总是成立，叫利特尔法则：**平均件数 = 每天收到的件数 × 平均每件躺几天**。桌上堆起来，要么来得多了，要么办得慢了，没有第三种。
#
# **要看的：** 两个高峰。2025 年 6 月，手机银行坏了三天，来得多；2025 年 2 月，收费调整和春节碰在一起，来的多、人又不在。下图的两条线，橙色虚线落在蓝线下面的那几周，就是堆起来的时候。再看表：高峰的那几周，“每天收到”和“平均天数”两样都变了；2026 年的春节没有碰上别的事，桌上几乎看不出来。（窗口短的几行，两头的件跨了窗口，相乘和数出来的会差一点。）
#
# **小问题：** 方维想把每件平均天数压到 8 天。按利特尔法则，桌上平均会剩几件？他要付出什么，这条法则没有说。
# %% [markdown] lang="en"
# ## Step 6: why the desk fills up
#
# How many complaints are open each evening? Add up, day by day, what came in less what was told.
#
# One law holds over any long stretch of time, Little's law: **average number open = arrivals per day × average days that each lies there**. If the desk fills up, either more came or work took longer. There is no third way.
#
# **Notice:** two peaks. In June 2025 the app failed for three days, and more came in. In February 2025 a change of fees met the Spring Festival: more came in while nobody was there. In the lower panel the desk fills in those weeks in which the dashed ochre line runs below the blue one. Then the table: in the weeks of a peak both changed, the arrivals and the days; the Spring Festival of 2026, which met nothing else, hardly shows. (In the short windows some complaints reach over the edges, so product and count differ a little.)
#
# **Question:** Fang Wei wants to bring the average down to 8 days. How many would lie on the desk, by Little's law? What it would cost, the law does not say.
# %%
days = pd.date_range("2024-07-01", today)
came = complaints.groupby("day").size().reindex(days, fill_value=0)
went = complaints.groupby("told_day").size().reindex(days, fill_value=0)
desk = (came - went).cumsum()
weekly = pd.DataFrame({"came": came, "went": went}).resample("7D").mean()[:-1]


def little(first, last):
    """Arrivals a day, mean days of what arrived, their product, and what the desk held."""
    inside = complaints[complaints["day"].between(first, last)]
    lies = (inside["told_day"].fillna(today) - inside["day"]).dt.days.mean()
    arrivals = len(inside) / ((pd.Timestamp(last) - pd.Timestamp(first)).days + 1)
    return [arrivals, lies, arrivals * lies, desk[first:last].mean()]


spans = {
    "all": ("2024-10-01", "2026-05-31"),
    "calm": ("2024-09-01", "2024-12-31"),
    "festival": ("2025-01-20", "2025-03-09"),
    "outage": ("2025-06-16", "2025-07-13"),
    "festival26": ("2026-02-09", "2026-03-08"),
}
queue = pd.DataFrame(
    {name: little(*span) for name, span in spans.items()},
    index=["arrivals", "days", "product", "desk"],
).T
peaks = [desk["2025-01":"2025-03"].idxmax(), desk["2025-06":"2025-07"].idxmax()]


def figure_desk(T):
    """Above: open each evening. Below: arrivals and endings a day, weekly means."""
    fig, axes = plt.subplots(2, 1, figsize=(6.4, 6.2), sharex=True, height_ratios=[3, 2])
    axes[0].fill_between(desk.index, desk, color=PAPER)
    axes[0].plot(desk, color=PALETTE["ink"], linewidth=1.6)
    for peak, text in zip(peaks, T["peaks"]):
        axes[0].plot(peak, desk[peak], "o", color=PALETTE["vermilion"])
        axes[0].annotate(
            f"{text}\n{desk[peak]}",
            (peak, desk[peak]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=11,
        )
    axes[0].set_ylim(0, desk.max() * 1.28)
    axes[0].set_ylabel(T["open"])
    axes[1].plot(weekly["came"], color=PALETTE["blue"], linewidth=1.8, label=T["came"])
    axes[1].plot(
        weekly["went"], color=PALETTE["ochre"], linewidth=1.8, linestyle="--", label=T["went"]
    )
    axes[1].set_ylim(0, weekly.to_numpy().max() * 1.35)
    axes[1].set_ylabel(T["daily"])
    axes[1].legend(loc="upper right", ncols=2)
    ticks = pd.date_range("2024-07-01", "2026-07-01", freq="6MS")
    axes[1].set_xticks(ticks, [f"{tick:%Y-%m}" for tick in ticks])
    figures.title(axes[0], T["title"].format(desk.loc["2024-10-01":].mean(), desk.max()))
    plt.show()


# %% lang="zh" alt="上图：每天晚上没办完的件数，平时二十来件，2025 年 2 月和 6 月各有一个高峰。下图：按周平均的每天收到和办结件数，两个高峰时收到的线高于办结的线。"
T = {
    "peaks": ["收费加春节", "手机银行坏了三天"],
    "open": "晚上没办完（件）",
    "daily": "每天（件，周平均）",
    "came": "收到",
    "went": "办结",
    "title": "桌上平均 {:.0f} 件，最多的一晚 {} 件",
}
figure_desk(T)
queue.rename(
    index={
        "all": "2024 年 10 月—2026 年 5 月",
        "calm": "2024 年 9 月—12 月",
        "festival": "2025 年 1 月 20 日—3 月 9 日",
        "outage": "2025 年 6 月 16 日—7 月 13 日",
        "festival26": "2026 年 2 月 9 日—3 月 8 日",
    },
    columns={
        "arrivals": "每天收到",
        "days": "平均天数",
        "product": "两者相乘",
        "desk": "桌上平均（数出来的）",
    },
)
# %% lang="en" alt="Above: complaints open each evening, some twenty as a rule, with peaks in February and June 2025. Below: arrivals and endings a day as weekly means; at both peaks arrivals run above endings."
T = {
    "peaks": ["fees and festival", "app down for three days"],
    "open": "open in the evening",
    "daily": "a day (weekly means)",
    "came": "received",
    "went": "ended",
    "title": "{:.0f} on the desk on average, {} on the worst evening",
}
figure_desk(T)
queue.rename(
    index={
        "all": "October 2024 to May 2026",
        "calm": "September to December 2024",
        "festival": "20 January to 9 March 2025",
        "outage": "16 June to 13 July 2025",
        "festival26": "9 February to 8 March 2026",
    },
    columns={
        "arrivals": "arrivals a day",
        "days": "average days",
        "product": "one times the other",
        "desk": "on the desk (counted)",
    },
)
# %% [markdown] lang="zh"
# ## 第 7 步：先修哪一样
#
# 帕累托图把原因按件数排开，让人去修最前面的几样。可是“最前面”取决于数什么。这里同时数三样：件数、赔出去的钱、超期的件数。
#
# **要看的：** 同一行里三个记号离得有多远。有一个原因件数不多，却占了赔付和超期的一大块；件数第一的，超期的份额反而小。再看图下那句：刷脸登录 2026 年 1 月才有，从那时起它排第几？两年合在一起，又排第几？
#
# **小问题：** 科技部只能先修一样，零售部也只能先修一样。你把哪一样交给谁，各看哪个记号？
# %% [markdown] lang="en"
# ## Step 7: what to mend first
#
# A Pareto chart ranks causes by number, so that people mend what stands at the top. But the top depends on what is counted. Here are three counts at once: complaints, money paid as redress, and late ones.
#
# **Notice:** how far apart the three marks of a row lie. One cause has few complaints but a large part of redress and of lateness; the cause that leads by number has a small part of the late ones. Then the sentence under the figure: the log-in by face exists only since January 2026. What is its rank since then, and what over two years?
#
# **Question:** the technology department can mend one thing first, and so can retail banking. What do you give to whom, and by which mark?
# %%
cause = complaints[complaints["root_cause"].notna()].set_index("complaint_id")
cause = cause.join(judged["late"])
by_cause = cause.groupby("root_cause")
pareto = pd.DataFrame(
    {
        "n": by_cause.size(),
        "redress": by_cause["redress_cents"].sum() / 100,
        "late": by_cause["late"].sum().astype(int),
        "since_2026": cause[cause["day"] >= "2026-01-01"].groupby("root_cause").size(),
    }
)
pareto["since_2026"] = pareto["since_2026"].fillna(0).astype(int)
pareto = pareto.sort_values("n", ascending=False)
shares = 100 * pareto / pareto.sum()
running = shares["n"].cumsum()
first_by = {column: shares[column].idxmax() for column in ("n", "redress", "late")}


def figure_pareto(T):
    """Three shares for each cause, as marks on a line, in the order of their number."""
    looks = {
        "n": (PALETTE["ink"], "o"),
        "redress": (PALETTE["ochre"], "s"),
        "late": (PALETTE["vermilion"], "^"),
    }
    fig, ax = plt.subplots(figsize=(6.4, 5.6))
    places = np.arange(len(shares))
    three = shares[list(looks)]
    ax.hlines(places, three.min(axis=1), three.max(axis=1), color="#d5dae1", linewidth=4)
    for name, (colour, marker) in looks.items():
        ax.plot(shares[name], places, marker, color=colour, markersize=8, label=T[name])
    ax.set_yticks(places, [CAUSES[name] for name in shares.index])
    ax.invert_yaxis()
    ax.set_xlim(left=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(T["x"])
    ax.legend(loc="lower right")
    top = first_by["redress"]
    name = CAUSES[top][0].upper() + CAUSES[top][1:]
    figures.title(ax, T["title"].format(name, *shares.loc[top, ["n", "redress", "late"]]))
    plt.show()


# %% lang="zh" alt="点图：十二种原因各一行，按件数排。圆点是件数份额，方块是赔付份额，三角是超期份额。手机银行故障件数第一而超期少；转账延误件数第三，赔付和超期都最多；误导销售件数少，赔付和超期却各占一大块。"
T = {
    "n": "件数",
    "redress": "赔付金额",
    "late": "超期件数",
    "x": "占全行的份额（%）",
    "title": "{}占件数的 {:.0f}%，占赔付的 {:.0f}%，占超期的 {:.0f}%",
}
figure_pareto(T)
say(
    f"件数最多的四种原因合计 {running.iloc[3]:.0f}%。2026 年以来的 {pareto['since_2026'].sum()} 件里，"
    f"刷脸登录 {pareto['since_2026']['face_login']} 件，排第 "
    f"{int(pareto['since_2026'].rank(ascending=False)['face_login'])}；两年合计排第 "
    f"{list(pareto.index).index('face_login') + 1}。"
)
# %% lang="en" alt="Dot plot, a row for each of twelve causes in the order of their number: a dot for the share of complaints, a square for redress, a triangle for late ones. App failure leads by number with few late; delayed transfers come third by number and lead in redress and in lateness; mis-selling has few complaints but a large share of both."
T = {
    "n": "complaints",
    "redress": "redress",
    "late": "late",
    "x": "share of the bank's total (%)",
    "title": "{}: {:.0f}% of complaints, {:.0f}% of redress, {:.0f}% of the late",
}
figure_pareto(T)
say(
    f"The four most frequent causes make up {running.iloc[3]:.0f}%. Of the "
    f"{pareto['since_2026'].sum()} complaints since January 2026, {pareto['since_2026']['face_login']} "
    f"are about the log-in by face: rank {int(pareto['since_2026'].rank(ascending=False)['face_login'])}. "
    f"Over both years its rank is {list(pareto.index).index('face_login') + 1}."
)
# %% [markdown] lang="zh"
# ## 第 8 步：月报怎么算的
#
# 月报的问题是：赔了的、办得快的，90 天后主办行还是澜川的，占几成？先照它的算法算。只用有决定、原来主办行就是澜川、90 天后问到了的投诉；赔付只看银行有错的（`upheld`、`partly`），没有错本来就不该赔。
#
# **要看的：** 两个差的符号。赔了的少留下，快的多留下。方维读到这里就停了，于是有了那张便条：“别赔了，只管快。”
#
# **小问题：** 先别往下翻。赔了的和没赔的，除了赔没赔，还有哪里不一样？快的和慢的呢？
# %% [markdown] lang="en"
# ## Step 8: how the report does it
#
# The report asks what share of customers still has Lanchuan as the main bank 90 days later: of those who were paid, of those who were told soon. Do it its way first. Use complaints with a decision, from customers whose main bank was Lanchuan, and who were reached after 90 days; for redress only those where the bank was at fault (`upheld`, `partly`), since without a fault there was nothing to pay.
#
# **Notice:** the signs of the two differences. Of the paid fewer stayed, of the quickly told more. Fang Wei stopped reading here, and so his note came about: "No more redress, just be quick."
#
# **Question:** do not scroll on yet. Apart from the money, in what do the paid differ from the unpaid? And the quickly told from the others?
# %%
decided = complaints["result"].isin(["upheld", "partly", "rejected"])
ended = complaints[decided & complaints["main_bank_before"] & known].copy()
ended["stayed"] = ended["main_bank_after"].astype(float)
ended["paid"] = ended["redress_cents"] > 0
ended["soon"] = ended["days"] <= 7
fault = ended[ended["result"] != "rejected"]


def gap(stayed, mark, weight):
    """Share who stayed among those with the mark less share among those without, in points."""
    with_it = np.average(stayed[mark], weights=weight[mark])
    return 100 * (with_it - np.average(stayed[~mark], weights=weight[~mark]))


def naive(table, column, weight=None):
    """The difference between all with the mark and all without."""
    weight = np.ones(len(table)) if weight is None else weight
    return gap(table["stayed"].to_numpy(), table[column].to_numpy(dtype=bool), weight)


plain = pd.DataFrame(
    {
        name: {
            "yes_n": table[column].sum(),
            "yes": table.loc[table[column], "stayed"].mean() * 100,
            "no_n": (~table[column]).sum(),
            "no": table.loc[~table[column], "stayed"].mean() * 100,
            "gap": naive(table, column),
        }
        for name, table, column in (("redress", fault, "paid"), ("speed", ended, "soon"))
    }
).T
# %% lang="zh"
say(f"问到结局的投诉 {len(ended)} 件，其中银行有错的 {len(fault)} 件。")
plain.astype({"yes_n": int, "no_n": int}).rename(
    index={"redress": "赔付（银行有错的）", "speed": "7 天以内告知"},
    columns={
        "yes_n": "有（件）",
        "yes": "留下（%）",
        "no_n": "没有（件）",
        "no": "留下（%） ",
        "gap": "差（百分点）",
    },
)
# %% lang="en"
say(f"The end is known of {len(ended)} complaints; in {len(fault)} of them the bank was at fault.")
plain.astype({"yes_n": int, "no_n": int}).rename(
    index={"redress": "redress (bank at fault)", "speed": "told within 7 days"},
    columns={
        "yes_n": "with",
        "yes": "% stayed",
        "no_n": "without",
        "no": "% stayed ",
        "gap": "difference (points)",
    },
)


# %% [markdown] lang="zh"
# ## 第 9 步：同样严重的才比
#
# 登记台不是抽签赔钱的：越严重越赔，而严重的本来就留不住。这叫**混杂**：第三样东西同时左右了赔不赔和留不留。办法是分层：在同一级严重程度里面比，再按各级的件数平均起来（标准化）。
#
# **要看的：** 图里每一级的两个点。轻的那一级几乎没有差，重的两级，赔了的都留得更多；可是赔了的人多半在重的那两级，合在一起，符号就反了。快慢那一行，分层以后差小了一截：快办的多半本来就轻。
#
# 分层改正了看得见的。看不见的还在：发火的人更容易拿到钱，也更容易走，而脾气哪张表里都没有。3 级里 7 天以内办完的只有几件，那一格的差当不得真。
#
# **小问题：** 严重程度是登记台判的。如果登记台看谁闹得凶就往上判一级，这一步还改得对吗？
# %% [markdown] lang="en"
# ## Step 9: compare what is equally grave
#
# The desk does not pay by lot. It pays the graver ones, and the graver ones lose customers anyway. This is **confounding**: a third thing drives both the payment and the leaving. The remedy is strata: compare within a severity, then average the differences by the number of complaints in each (standardise).
#
# **Notice:** the two dots of each severity. For the lightest there is next to no difference; for the two graver ones more of the paid stayed. But most of the paid are in those two, and together the sign turns round. The difference for speed shrinks in strata: what was told soon was mostly light.
#
# Strata mend what can be seen. What cannot be seen is still there: angry people get money more easily, and leave more easily, and no table holds their temper. Of severity 3 only a handful was told within 7 days; that difference is not to be trusted.
#
# **Question:** severity is judged by the intake desk. If the desk rates loud people one step higher, does this step still put things right?
# %%
def standardised(table, column, weight=None):
    """The difference within each severity, averaged by the number of complaints."""
    weight = np.ones(len(table)) if weight is None else weight
    stayed, mark = table["stayed"].to_numpy(), table[column].to_numpy(dtype=bool)
    severity = table["severity"].to_numpy()
    gaps, sizes = [], []
    for level in (1, 2, 3):
        inside = severity == level
        if weight[inside & mark].sum() and weight[inside & ~mark].sum():
            gaps.append(gap(stayed[inside], mark[inside], weight[inside]))
            sizes.append(weight[inside].sum())
    return np.average(gaps, weights=sizes)


def interval(table, measure, column, draws=1000):
    """Bootstrap interval of 95%: customers are drawn, so that one who complains twice stays one."""
    dice = np.random.default_rng(20260630)
    person = table["customer_id"].factorize()[0]
    people = person.max() + 1
    found = []
    for _ in range(draws):
        times = np.bincount(dice.integers(people, size=people), minlength=people)
        found.append(measure(table, column, times[person]))
    return np.percentile(found, [2.5, 97.5])


def estimate(table, measure, column):
    """The difference and its interval."""
    return [measure(table, column), *interval(table, measure, column)]


strata = pd.DataFrame(
    {
        "redress_plain": estimate(fault, naive, "paid"),
        "redress_equal": estimate(fault, standardised, "paid"),
        "speed_plain": estimate(ended, naive, "soon"),
        "speed_equal": estimate(ended, standardised, "soon"),
    },
    index=["points", "low", "high"],
).T
levels = fault.groupby(["severity", "paid"])["stayed"].agg(["mean", "size"]).unstack()
soon_grave = int((ended["soon"] & (ended["severity"] == 3)).sum())


def figure_strata(T):
    """Share who stayed by severity, paid and unpaid, with the numbers; all together on top."""
    fig, ax = plt.subplots(figsize=(6.4, 4.4))
    everything = fault.groupby("paid")["stayed"].agg(["mean", "size"])
    rows = [(T["all"], everything.loc[False], everything.loc[True])]
    for level in (1, 2, 3):
        one = levels.loc[level]
        rows.append(
            (
                T["level"].format(level),
                {"mean": one["mean", False], "size": one["size", False]},
                {"mean": one["mean", True], "size": one["size", True]},
            )
        )
    for place, (_, without, paid) in enumerate(rows):
        ends = [100 * without["mean"], 100 * paid["mean"]]
        ax.plot(ends, [place, place], color="#d5dae1", linewidth=4, zorder=1)
        for value, size, colour, marker, up in (
            (ends[0], without["size"], PALETTE["grey"], "o", 0.3),
            (ends[1], paid["size"], PALETTE["blue"], "s", -0.22),
        ):
            ax.plot(value, place, marker, color=colour, markersize=10)
            ax.text(value, place + up, f"{int(size)}", ha="center", va="center", fontsize=11)
    ax.plot([], [], "o", color=PALETTE["grey"], markersize=9, label=T["no"])
    ax.plot([], [], "s", color=PALETTE["blue"], markersize=9, label=T["yes"])
    ax.axhline(0.5, color=PALETTE["ink"], linewidth=0.8)
    ax.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    ax.set_ylim(3.6, -0.6)
    ax.set_xlim(0, 100)
    ax.grid(visible=False)
    ax.set_xlabel(T["x"])
    ax.legend(loc="upper left")
    figures.title(ax, T["title"])
    plt.show()


# %% lang="zh" alt="点图：横轴是 90 天后留下的比例。最上一行是全部，赔了的在没赔的左边；下面三行按严重程度分，1 级两点几乎重合，2、3 级赔了的都在右边。点旁写着件数。"
T = {
    "all": "全部",
    "level": "严重程度 {}",
    "no": "没赔（旁边是件数）",
    "yes": "赔了",
    "x": "90 天后主办行仍是澜川（%）",
    "title": "合在一起，赔了的留得少；分级来看，差就没了",
}
figure_strata(T)
say(f"严重程度 3 里，7 天以内告知的只有 {soon_grave} 件。")
strata.rename(
    index={
        "redress_plain": "赔付，直接比",
        "redress_equal": "赔付，同样严重",
        "speed_plain": "7 天以内，直接比",
        "speed_equal": "7 天以内，同样严重",
    },
    columns={"points": "差（百分点）", "low": "95% 区间，下", "high": "上"},
)
# %% lang="en" alt="Dot plot of the share who stayed after 90 days. In the top row, all together, the paid lie to the left of the unpaid; below, by severity, the two dots nearly coincide for 1, and for 2 and 3 the paid lie to the right. The number of complaints stands by each dot."
T = {
    "all": "all together",
    "level": "severity {}",
    "no": "not paid (number beside it)",
    "yes": "paid",
    "x": "main bank still Lanchuan after 90 days (%)",
    "title": "Together fewer of the paid stayed; severity by severity, not so",
}
figure_strata(T)
say(f"Of severity 3 only {soon_grave} were told within 7 days.")
strata.rename(
    index={
        "redress_plain": "redress, plain",
        "redress_equal": "redress, equal severity",
        "speed_plain": "within 7 days, plain",
        "speed_equal": "within 7 days, equal severity",
    },
    columns={"points": "difference (points)", "low": "95% interval, from", "high": "to"},
)
# %% [markdown] lang="zh"
# ## 第 10 步：抽签
#
# 从 2025 年 10 月 1 日起，严重程度 1、2 的投诉抽签，一半进快通道：一个有名有姓的人，两个工作日内打电话。抽签不看轻重，也不看脾气，所以两组平均起来一样，包括表里没有的那些。什么也不用分层，直接比就行。有三条规矩：
#
# 1. **按抽到的比，不按做到的比。** 抽到快通道而电话没打成的，仍算快通道；把他们挪走，签就白抽了。
# 2. **只比抽过签的。** 严重程度 3 的没有抽过。
# 3. **等到日子都到了再比。** 快通道办得快，90 天也先到。三月收到的投诉里，快通道到了日子的，比照常的多得多；这时候比，比的是“快通道的全部”和“照常里办得快的”。所以截到 2 月 28 日收到的。
#
# **要看的：** 图里三条抽签的线，是同一次抽签、三种数法：截到二月的；所有问到了的；再去掉撤回的（本章正文用的是这一种）。三个数差了好几个百分点，而每条线都比这个差宽得多，都跨过 0。这就是样本太小的样子。该用哪一种数法，要在看结果**以前**写下来。
#
# 没问到的人呢？图下第二句算了最坏和最好：假定没问到的快通道客户全走了、照常的全留下，再反过来。真相多半在中间，但数据自己不会说。
#
# **小问题：** 要让区间窄到能看清 8 个百分点，两组各要多少件？按现在的来件，要抽几个月？第三句有答案。
# %% [markdown] lang="en"
# ## Step 10: the lot
#
# From 1 October 2025 on, complaints of severity 1 and 2 were drawn by lot, and half went to the quick lane: a named person, a call within two working days. A lot looks neither at gravity nor at temper, so the two groups are alike on average, even in what no table holds. There is no need for strata; compare them as they are. Three rules:
#
# 1. **Compare as drawn, not as done.** Somebody drawn for the quick lane whom nobody rang is still in the quick lane. Move such people, and the lot was for nothing.
# 2. **Compare only what was in the lot.** Severity 3 never was.
# 3. **Wait until everybody's day has come.** The quick lane is quick, so its 90 days are over sooner. Of the complaints of March far more of the quick ones had reached their day: compare then, and you set all of the quick lane against the quickly settled part of the usual one. So stop at what was received by 28 February.
#
# **Notice:** three lines in the figure are one and the same lot, counted in three ways: up to February; everybody who was asked; the same without those withdrawn (which the chapter uses). The three differ by several points, and each line is far wider than that and crosses zero. This is what a small sample looks like. Which way to count has to be written down **before** one looks.
#
# And those who were not reached? The second sentence under the figure gives the worst and the best case: suppose that all of the quick lane's unreached left and all of the usual lane's stayed, then the other way round. The truth probably lies between, but the data will not say so.
#
# **Question:** how many complaints in each group would make the interval narrow enough to see 8 points, and how many months of lots is that? The third sentence has the answer.
# %%
drawn = complaints[
    (complaints["day"] >= pilot)
    & complaints["severity"].isin([1, 2])
    & complaints["main_bank_before"]
].copy()
drawn["quick"] = drawn["lane"] == "quick"
drawn["stayed"] = drawn["main_bank_after"].astype("Float64").astype(float)
cut = pd.Timestamp("2026-02-28")
by_february = drawn[drawn["day"] <= cut]
ways_to_count = {
    "february": by_february[by_february["stayed"].notna()],
    "asked": drawn[drawn["stayed"].notna()],
    "decided": drawn[drawn["stayed"].notna() & (drawn["result"] != "withdrawn")],
}
march = drawn[drawn["day"].between("2026-03-01", "2026-03-31")]
march_due = 100 * (march["told_day"] + 90 * DAY <= today).groupby(march["quick"]).mean()


def standard_error(table):
    """Standard error of the difference between the two lanes, in points."""
    share = table.groupby("quick")["stayed"].mean()
    return 100 * np.sqrt((share * (1 - share) / table.groupby("quick").size()).sum())


lots = pd.DataFrame(
    {
        name: [
            table["quick"].sum(),
            (~table["quick"]).sum(),
            standard_error(table),
            *estimate(table, naive, "quick"),
        ]
        for name, table in ways_to_count.items()
    },
    index=["quick", "usual", "error", "points", "low", "high"],
).T[["quick", "usual", "points", "error", "low", "high"]]

missing = by_february["stayed"].isna()
worst, best = (
    naive(
        by_february.assign(
            stayed=by_february["stayed"].where(~missing, by_february["quick"] == sign).astype(float)
        ),
        "quick",
    )
    for sign in (False, True)
)
share = ways_to_count["february"]["stayed"].mean()
needed = int(np.ceil(2 * share * (1 - share) * ((1.96 + 0.84) / 0.08) ** 2))
a_month = len(ways_to_count["february"]) / 5 / 2
lane_days = drawn[drawn["told_at"].notna()].groupby("lane")["days"].mean()


def figure_estimates(T):
    """All estimates with their intervals; solid: as compared, open: by lot."""
    rows = [
        (T["redress_plain"], strata.loc["redress_plain"], PALETTE["grey"], "s"),
        (T["redress_equal"], strata.loc["redress_equal"], PALETTE["ochre"], "s"),
        (T["speed_plain"], strata.loc["speed_plain"], PALETTE["grey"], "o"),
        (T["speed_equal"], strata.loc["speed_equal"], PALETTE["ochre"], "o"),
        (T["february"], lots.loc["february"], PALETTE["blue"], "^"),
        (T["asked"], lots.loc["asked"], PALETTE["blue"], "^"),
        (T["decided"], lots.loc["decided"], PALETTE["blue"], "^"),
    ]
    fig, ax = plt.subplots(figsize=(6.4, 4.8))
    for place, (_, one, colour, marker) in enumerate(rows):
        ax.hlines(place, one["low"], one["high"], color=colour, linewidth=3)
        ax.plot(one["points"], place, marker, color=colour, markersize=9)
    ax.axvline(0, color=PALETTE["ink"], linewidth=1.2)
    for line in (1.5, 3.5):
        ax.axhline(line, color="#d5dae1", linewidth=1)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.invert_yaxis()
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(T["x"])
    figures.title(ax, T["title"])
    plt.show()


# %% lang="zh" alt="七条带点的横线，横轴是留下的差，百分点。赔付直接比在零的左边，同样严重时移到右边但跨过零；7 天以内，直接比最大，同样严重时小一截；三条抽签的线都在零的右侧一点，都跨过零，而且很宽。"
T = {
    "redress_plain": "赔付，直接比",
    "redress_equal": "赔付，同样严重",
    "speed_plain": "7 天以内，直接比",
    "speed_equal": "7 天以内，同样严重",
    "february": "抽签，截到二月",
    "asked": "抽签，问到的全部",
    "decided": "抽签，去掉撤回的",
    "x": "多留下几个百分点（横线是 95% 区间）",
    "title": "分层把赔付的符号翻了过来；抽签不偏，但还太宽",
}
figure_estimates(T)
say(
    f"三月收到的，到 6 月 30 日满 90 天的：快通道 {march_due[True]:.0f}%，照常 {march_due[False]:.0f}%。"
    f"快通道平均 {lane_days['quick']:.1f} 天告知，照常 {lane_days['usual']:.1f} 天。"
)
say(f"截到二月，没问到的 {missing.sum()} 件。最坏 {worst:.0f}，最好 {best:+.0f} 个百分点。")
say(
    f"要有八成把握看清 8 个百分点，两组各要约 {needed} 件；现在每月每组约 {a_month:.0f} 件，"
    f"要抽 {needed / a_month:.0f} 个月。"
)
lots.astype({"quick": int, "usual": int}).rename(
    index={"february": "截到二月", "asked": "问到的全部", "decided": "去掉撤回的"},
    columns={
        "quick": "快通道（件）",
        "usual": "照常（件）",
        "points": "差（百分点）",
        "error": "标准误",
        "low": "95% 区间，下",
        "high": "上",
    },
)
# %% lang="en" alt="Seven horizontal intervals with a mark, in points more who stayed. Redress compared plainly lies left of zero; at equal severity it moves to the right but crosses zero. Within 7 days is largest in the plain comparison and smaller at equal severity. The three lines of the lot lie a little right of zero, cross it and are wide."
T = {
    "redress_plain": "redress, plain",
    "redress_equal": "redress, equal severity",
    "speed_plain": "within 7 days, plain",
    "speed_equal": "within 7 days, equal severity",
    "february": "lot, up to February",
    "asked": "lot, all who were asked",
    "decided": "lot, without withdrawn",
    "x": "points more who stayed (lines: 95% intervals)",
    "title": "Strata turn the sign of redress; the lot is fair, but still too wide",
}
figure_estimates(T)
say(
    f"Of the complaints of March, 90 days were over by 30 June for {march_due[True]:.0f}% of the quick "
    f"lane and {march_due[False]:.0f}% of the usual one. Told after {lane_days['quick']:.1f} days on "
    f"average in the quick lane, {lane_days['usual']:.1f} in the usual one."
)
say(
    f"Up to February {missing.sum()} were not reached. Worst case {worst:.0f}, "
    f"best case {best:+.0f} points."
)
say(
    f"To see 8 points with a chance of four in five takes about {needed} complaints in each group; "
    f"at some {a_month:.0f} a month and group that is {needed / a_month:.0f} months of lots."
)
lots.astype({"quick": int, "usual": int}).rename(
    index={
        "february": "up to February",
        "asked": "all who were asked",
        "decided": "without withdrawn",
    },
    columns={
        "quick": "quick lane",
        "usual": "usual",
        "points": "difference (points)",
        "error": "standard error",
        "low": "95% interval, from",
        "high": "to",
    },
)
# %% [markdown] lang="zh"
# 真相是多少？澜川是虚构的，真相写在造它的程序里：同一位客户，同样的运气，只变赔不赔、快不快。本章“补救管不管用”一节把真相放在了这些估计旁边。先写完下面这页纸，再去看；看完回来，问自己哪一条估计骗了你、骗了多少。
#
# ## 写成一页
#
# 许宁要拿着它去见方维，所以每一行都该经得起一句追问。下面的数字由上面的单元格算出；换了数据，这一页跟着变。
#
# **要看的：** “不知道”一行和“什么算错”一行。没有这两行的一页纸，只是一个主意。
# %% [markdown] lang="en"
# And the truth? Lanchuan is invented, and the truth is written in the program that made it: the same customer, the same luck, and only the redress or the speed different. The chapter's section "What recovery does" lays it beside these estimates. Finish the page below first, then go and look; and when you come back, ask which estimate misled you, and by how much.
#
# ## Write the page
#
# Xu Ning will take it to Fang Wei, so each line must survive one follow-up question. The cells above compute its numbers; with other data the page changes by itself.
#
# **Notice:** the lines "not known" and "wrong if". A page without them is only an opinion.
# %%
late_n, void_n = int(judged["late"].sum()), int(clockbook.loc["late_void", "n"])
top_late = pareto["late"].sort_values(ascending=False)
two_late = 100 * top_late.iloc[:2].sum() / late_n
paid_sum = complaints["redress_cents"].sum() / 100
february = lots.loc["february"]
equal = strata.loc["redress_equal"]
# %% lang="zh"
page = {
    "决定": "赔付不停；快通道不铺开，也不撤，按抽签再做下去。",
    "超期": f"两年 {len(judged)} 件（不算撤回的）里 {late_n} 件，其中 {void_n} 件有延长的签名，签的时候钟已走完。"
    "从下月起，延长在第 12 天以前批，批的同时告诉客户。",
    "积压": f"桌上平均 {desk.loc['2024-10-01':].mean():.0f} 件。两次高峰，一次是来得多，一次是来得多又赶上春节没有人；"
    "春节前两周和每次系统变更前，先排好人手。",
    "先修": f"{CAUSES[top_late.index[0]]}和{CAUSES[top_late.index[1]]}两样占超期的 {two_late:.0f}%。"
    "刷脸登录是 2026 年的新原因，单列一类。",
    "赔付": f"直接比，赔了的少留 {abs(strata.loc['redress_plain', 'points']):.0f} 个百分点；同样严重时多留 "
    f"{equal['points']:.0f} 个，区间 {equal['low']:.0f} 到 {equal['high']:+.0f}。月报那句话撤下。",
    "快通道": f"抽签，截到二月收到的：多留 {february['points']:.0f} 个百分点，区间 {february['low']:.0f} 到 "
    f"{february['high']:+.0f}。现在说有用、说没用，都早。",
    "不知道": f"没问到的 {missing.sum()} 件怎样了；脾气；不投诉就走的人。严重程度 3 没有抽过签。",
    "什么算错": f"再抽 {max(needed / a_month - 5, 1):.0f} 个月，两组各满 {needed} 件时，差还不到 3 个百分点，快通道就撤；"
    "善意补偿（该还的钱不在内）抽签试一季，没给的留得一样多，就少给。",
}
pd.DataFrame({"给方维的一页": page})
# %% lang="en"
page = {
    "Decision": "Go on paying redress; neither extend the quick lane nor close it, but go on drawing lots.",
    "Late": f"{late_n} of {len(judged)} in two years (withdrawn ones apart). In {void_n} an extension was signed "
    "when the clock had run out. From next month on extensions are approved by day 12, and the "
    "customer is told the same day.",
    "Backlog": f"{desk.loc['2024-10-01':].mean():.0f} on the desk on average. Of two peaks one was many arrivals, "
    "the other many arrivals and nobody there over the festival: roster people for the two weeks "
    "before it, and before each change of a system.",
    "Mend first": f'The causes "{CAUSES[top_late.index[0]]}" and "{CAUSES[top_late.index[1]]}" make up '
    f"{two_late:.0f}% of the late. Log-in by face is new in 2026 and gets a class of its own.",
    "Redress": f"Compared plainly, {abs(strata.loc['redress_plain', 'points']):.0f} points fewer of the paid "
    f"stayed; at equal severity {equal['points']:.0f} more, with an interval from {equal['low']:.0f} to "
    f"{equal['high']:+.0f}. Withdraw the sentence of the monthly report.",
    "Quick lane": f"By lot, received up to February: {february['points']:.0f} points more stayed, with an interval "
    f"from {february['low']:.0f} to {february['high']:+.0f}. Too early to call it useful or useless.",
    "Not known": f"What became of {missing.sum()} whom nobody reached; temper; those who left without "
    "complaining. Severity 3 was never in the lot.",
    "Wrong if": f"after {max(needed / a_month - 5, 1):.0f} more months, with {needed} in each group, "
    "the difference is below 3 points: then close the lane. Draw lots for goodwill payments for a "
    "quarter too (never for money that is owed); if those who got none stay as often, give less.",
}
pd.DataFrame({"one page for Fang Wei": page})
# %% [markdown] lang="zh"
# ## 轮到你
#
# 三处改一改，再从那一格往下全部运行：
#
# - 把第 5 步 `outcome` 里的 `strict=True` 改成 `strict=False`。超期少了几件？少的那几件，客户的感受变了吗？
# - 把第 8 步的 `7` 换成 `5`，再换成 `10`。“快”的效果跟着变了多少？哪一条线该由谁来划，什么时候划？
# - 把第 10 步的 `cut` 换成 2026 年 1 月 31 日。差变了多少？拿它和标准误比一比，再决定要不要激动。
#
# 做完以后，拿本行最近一个月的投诉问三句：最后一天写在哪里，是谁算的？有没有一个签名签在钟走完以后？上一份说“赔付没用”的报告，比的是不是同样严重的？接下来的练习“投诉的时钟”，请你自己动手把这些函数写一遍，有自动检查和提示。
# %% [markdown] lang="en"
# ## Your turn
#
# Change one thing, then run everything from that cell down:
#
# - In `outcome` of step 5 turn `strict=True` into `strict=False`. How many fewer are late? For those few, did anything change for the customer?
# - In step 8 replace the `7` by `5`, then by `10`. How much does the effect of "soon" move? Who should draw such a line, and when?
# - In step 10 set `cut` to 31 January 2026. By how much does the difference move? Hold that against the standard error before you get excited.
#
# Then take last month's complaints of your own bank and ask three things. Where is the last day written, and who worked it out? Is there a signature from after the clock ran out? And the last report that said redress was no use: did it compare what was equally grave? In the exercise that follows, "The complaint clock", you write these functions yourself, with automatic checks and hints.
