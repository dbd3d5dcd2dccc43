# %% [markdown] lang="zh"
# # 投诉的时钟：哪天到期，谁超了期，赔付留没留住人
#
# 2026 年 6 月 30 日，星期二。澜川银行（虚构）消费者权益保护部负责人许宁收到副行长方维的一张便条：“月报上说，拿到赔付的客户反而走得更多，那就别赔了；快通道下月要不要全行铺开？周一董事会前答我。”许宁手里有两张表：两年的投诉，和每件投诉走过的每一步。
#
# 你来替她算。下面有八道写函数的题和一道论述题，共 40 分。前五题算时钟，第六题找原因，第七、八题答副行长的问题。每道题都有小例子，你的函数要算出写明的结果；评分时还会换别的例子来试，所以不要把答案写死。
#
# **怎样检查**：写完一题就运行它下面的检查格；想看全部，运行 `check.all()`。卡住了就运行 `check.hint("running_clock")` 这样的一行，每个函数的提示有三级，一次给一级。数不要四舍五入。题目之间互不依赖，可以跳着做。检查格锁住了，不用改；改了也会复原。
# %% [markdown] lang="en"
# # The complaint clock: what is due when, who was late, did redress keep anybody
#
# Tuesday, 30 June 2026. Xu Ning, head of consumer protection at Lanchuan Bank (an invented bank), finds a note from Fang Wei, the vice-president: "The monthly report says that customers who got redress leave more often, so let us stop paying it. And does the quick lane go to the whole bank next month? I need an answer before Monday's board." Xu Ning has two tables: two years of complaints, and every step that each of them took.
#
# You do the sums for her. There are eight functions to write and one short essay, 40 points in all. Tasks 1 to 5 are about the clock, task 6 about causes, and 7 and 8 answer the vice-president. Each task has small examples on which your function must give the result stated; other examples are used for grading, so do not write the answers in.
#
# **How to check**: after a task run the test cell below it; for everything run `check.all()`. If you are stuck, run a line such as `check.hint("running_clock")`: there are three hints to each function, one at a time. Round nothing. The tasks do not depend on each other; do them in any order. Test cells are locked; a changed one is put back.
# %% kind="setup" lang="zh"
import datetime as dt
import traceback

import chinese_calendar
import holidays
import numpy as np
import pandas as pd

from casebank import check

check.begin("complaint-clock", lang="zh")

TODAY = pd.Timestamp("2026-06-30")
YEARS = [2024, 2025, 2026]
# 英格兰的银行假日；美国联邦储备银行不营业的日子（假日逢周日，周一补休）。
OFF = {
    "uk": set(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)),
    "us": set(holidays.country_holidays("US", years=YEARS, observed=False)),
}
OFF["us"] |= {day + dt.timedelta(days=1) for day in OFF["us"] if day.weekday() == 6}

complaints = pd.read_csv(
    "data/complaints.csv",
    parse_dates=["received_at", "first_reply_at", "told_at"],
    dtype={"extension": str, "main_bank_after": "boolean"},
)
events = pd.read_csv("data/complaint_events.csv", parse_dates=["at"])
# %% kind="setup" lang="en"
import datetime as dt
import traceback

import chinese_calendar
import holidays
import numpy as np
import pandas as pd

from casebank import check

check.begin("complaint-clock", lang="en")

TODAY = pd.Timestamp("2026-06-30")
YEARS = [2024, 2025, 2026]
# Bank holidays of England; days on which the US Federal Reserve's banks are shut (a holiday on a
# Sunday is kept on the Monday).
OFF = {
    "uk": set(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)),
    "us": set(holidays.country_holidays("US", years=YEARS, observed=False)),
}
OFF["us"] |= {day + dt.timedelta(days=1) for day in OFF["us"] if day.weekday() == 6}

complaints = pd.read_csv(
    "data/complaints.csv",
    parse_dates=["received_at", "first_reply_at", "told_at"],
    dtype={"extension": str, "main_bank_after": "boolean"},
)
events = pd.read_csv("data/complaint_events.csv", parse_dates=["at"])


# %% [markdown] lang="zh"
# ## 1 数工作日（4 分）
#
# 2026 年 2 月 13 日是星期五，晚上有人向监管部门投诉银行。监管部门最迟要在第 7 个工作日把投诉转给银行。那天是几号？中间隔着春节，还有两个要上班的星期六。
#
# 写函数 `add_working_days(day, n)`，返回 `day` **之后**的第 `n` 个工作日（`day` 当天不算，它是放假的日子也一样；`day` 可能带着几点几分）。哪天上班由 `chinese_calendar` 说了算：它知道放假的日子，也知道调休上班的周末。
#
# 放假通知还没有发布的年份（现在是 2027 年起），`chinese_calendar` 会报错。让这个错误出来，**不要猜**；要返回的那天还在已知的年份里，就不该报错。
# %% [markdown] lang="en"
# ## 1 Counting working days (4 points)
#
# 13 February 2026 is a Friday, and in the evening somebody complains about the bank to the regulator. The regulator must pass the complaint on by the seventh working day. Which day is that? The Spring Festival lies between, and so do two Saturdays on which people work.
#
# Write a function `add_working_days(day, n)` that returns the `n`-th working day **after** `day` (`day` itself does not count, be it worked or a day off; it may carry a time). Which days are worked is for `chinese_calendar` to say: it knows the holidays, and also the weekends worked in exchange.
#
# For a year whose holidays have not been announced (2027 and later, at present), `chinese_calendar` raises an error. Let that error through; **do not guess**. Where the day to return lies in a year that is known, there is no reason for an error.
# %% task="add_working_days" kind="solution"
def add_working_days(day, n):
    ### BEGIN SOLUTION
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day
    ### END SOLUTION


# %% task="add_working_days" kind="test" points=2
check.defined("add_working_days")


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


seventh = only_day(add_working_days(pd.Timestamp("2026-02-13 19:20"), 7))
check.true(seventh != pd.Timestamp("2026-02-24"), "working-holiday")
check.true(seventh != pd.Timestamp("2026-03-04"), "working-makeup")
check.true(seventh != pd.Timestamp("2026-02-28"), "working-first-day")
check.equal(seventh, pd.Timestamp("2026-03-02"), "working-count")
found = only_day(add_working_days(pd.Timestamp("2025-10-03"), 2))
check.true(found != pd.Timestamp("2025-10-11"), "working-day-off")
check.equal(found, pd.Timestamp("2025-10-10"), "working-count")
for given, count, wanted in (
    ("2026-06-05", 1, "2026-06-08"),
    ("2026-05-08", 1, "2026-05-09"),
    ("2026-01-01", 1, "2026-01-04"),
):
    found = only_day(add_working_days(pd.Timestamp(given), count))
    check.equal(found, pd.Timestamp(wanted), "working-count")
# %% task="add_working_days" kind="test" points=2
check.defined("add_working_days")


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


def refuses(given, count):
    """Whether a day is refused; another error is no refusal."""
    try:
        add_working_days(pd.Timestamp(given), count)
    except (NotImplementedError, ValueError):
        return True
    except Exception as error:
        check.true(False, "working-other-error", day=given, error=repr(error))
    return False


check.equal(
    only_day(add_working_days(pd.Timestamp("2026-04-30 08:00"), 2)),
    pd.Timestamp("2026-05-07"),
    "working-count",
)
unknown = max(day.year for day in chinese_calendar.constants.holidays) + 1
for given, count in ((f"{unknown - 1}-12-30", 9), (f"{unknown}-03-01", 3), ("2090-03-01", 3)):
    check.true(refuses(given, count), "working-unknown-year", day=given, n=count)
check.true(not refuses("2026-12-24", 4), "working-looks-ahead")
check.equal(
    only_day(add_working_days(pd.Timestamp("2026-12-24"), 4)),
    pd.Timestamp("2026-12-30"),
    "working-count",
)
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(17)
for hidden_offset, hidden_n in zip(
    hidden_rng.integers(0, 880, 60), hidden_rng.integers(1, 26, 60), strict=True
):
    hidden_day = pd.Timestamp("2024-01-02") + pd.Timedelta(days=int(hidden_offset), hours=15)
    hidden_days = chinese_calendar.get_workdays(
        (hidden_day + pd.Timedelta(days=1)).date(), (hidden_day + pd.Timedelta(days=60)).date()
    )
    hidden_got = only_day(add_working_days(hidden_day, int(hidden_n)))
    check.equal(hidden_got, pd.Timestamp(hidden_days[int(hidden_n) - 1]), "working-count")


### END HIDDEN TESTS
# %% [markdown] task="add_working_days" kind="hint" level=1 lang="zh"
# 拿一本 2026 年 2 月的日历，从 14 日（星期六）起一天一天往下数。14 日上不上班？28 日呢？第 7 个上班的日子落在哪一天？
# %% [markdown] task="add_working_days" kind="hint" level=1 lang="en"
# Take a calendar of February 2026 and count on from Saturday the 14th, day by day. Is the 14th worked? The 28th? On which day does the seventh working day fall?
# %% [markdown] task="add_working_days" kind="hint" level=2 lang="zh"
# 一天一天往后走，碰到工作日才减一。`chinese_calendar.is_workday(...)` 对调休上班的星期六返回 True，不要再自己判断星期几。
# %% [markdown] task="add_working_days" kind="hint" level=2 lang="en"
# Walk on one day at a time and count down only on working days. `chinese_calendar.is_workday(...)` says True for a Saturday worked in exchange; do not look at the weekday as well.
# %% [markdown] task="add_working_days" kind="hint" level=3 lang="zh"
# `while n > 0:` 里先把 `day` 加 `pd.Timedelta(days=1)`，再在 `chinese_calendar.is_workday(day)` 为真时把 `n` 减一；最后返回 `day`。不要用 `try` 去接它的错误。
# %% [markdown] task="add_working_days" kind="hint" level=3 lang="en"
# Inside `while n > 0:` first add `pd.Timedelta(days=1)` to `day`, then take one off `n` when `chinese_calendar.is_workday(day)` is true; return `day` at the end. Do not catch its error with `try`.
# %% task="add_working_days" kind="probe" expect="fail" message="working-holiday" name="Monday to Friday only"
def add_working_days(day, n):
    return pd.Timestamp(np.busday_offset(pd.Timestamp(day).date(), n, roll="backward"))


# %% task="add_working_days" kind="probe" expect="fail" message="working-makeup" name="holidays known, make-up days not"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        if day.weekday() < 5 and not chinese_calendar.is_holiday(day):
            n -= 1
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-first-day" name="the day itself counted"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    n -= chinese_calendar.is_workday(day)
    while n > 0:
        day += pd.Timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-unknown-year" name="guesses years that are not known"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        try:
            n -= chinese_calendar.is_workday(day)
        except NotImplementedError:
            n -= day.weekday() < 5
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-unknown-year" name="guesses the next year only"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        n -= day.weekday() < 5 if day.year == 2027 else chinese_calendar.is_workday(day)
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-other-error" name="a misspelt name in unknown years"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        n -= is_work_day(day) if day.year > 2026 else chinese_calendar.is_workday(day)
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-unknown-year" name="None on an error"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    try:
        while n > 0:
            day += pd.Timedelta(days=1)
            n -= chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return day


# %% task="add_working_days" kind="probe" expect="fail" message="working-day-off" name="find_workday of the library"
def add_working_days(day, n):
    return chinese_calendar.find_workday(n, pd.Timestamp(day).date())


# %% task="add_working_days" kind="probe" expect="fail" message="working-looks-ahead" name="a list that reaches into an unknown year"
def add_working_days(day, n):
    start = pd.Timestamp(day).date() + dt.timedelta(days=1)
    return chinese_calendar.get_workdays(start, start + dt.timedelta(days=20 + 3 * n))[n - 1]


# %% task="add_working_days" kind="probe" expect="fail" message="check-none" name="prints, returns nothing"
def add_working_days(day, n):
    day = pd.Timestamp(day).normalize()
    while n > 0:
        day += pd.Timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    print(day)


# %% task="add_working_days" kind="probe" expect="pass" name="a list of working days that grows, a plain date"
def add_working_days(day, n):
    start = pd.Timestamp(day).date() + dt.timedelta(days=1)
    end = start
    while len(chinese_calendar.get_workdays(start, end)) < n:
        end += dt.timedelta(days=1)
    return chinese_calendar.get_workdays(start, end)[n - 1]


# %% task="add_working_days" kind="probe" expect="pass" name="a refusal of one's own, a text"
def add_working_days(day, n):
    day = pd.Timestamp(day).date()
    while n:
        day += dt.timedelta(days=1)
        if day.year not in YEARS:
            raise ValueError("no notice yet")
        n -= chinese_calendar.is_workday(day)
    return str(day)


# %% task="add_working_days" kind="probe" expect="pass" name="step by step, keeping the time of day"
def add_working_days(day, n):
    if n == 0:
        return day
    following = day + pd.Timedelta(days=1)
    works = chinese_calendar.is_workday(following.date())
    return add_working_days(following, n - 1 if works else n)


# %% [markdown] lang="zh"
# ## 2 三地的到期日（5 分）
#
# 同一件投诉，在三个地方有三只钟。写函数 `due(received, regime)`：`received` 是收到的时间，`regime` 是 `"cn"`、`"uk"` 或 `"us"`。返回一个字典（或 Series），键是步骤，值是最后一天：
#
# | `regime` | 步骤 | 时限 |
# |---|---|---|
# | `cn` | `simple`、`complex`、`longest` | 15、30、60 个自然日 |
# | `uk` | `summary` | 3 个工作日 |
# | `uk` | `final` | 8 周 |
# | `us` | `decide` | 10 个工作日 |
# | `us` | `longest` | 45 个自然日 |
#
# 收到那天是第 0 天，深夜收到、休息日收到都一样：它之后的第一个工作日是第 1 个工作日。自然日和周数到哪天就是哪天，三地都**逢节假日、周末不挪**（中国的办法没有写要挪，按早的管不会错）。英国和美国的工作日是星期一到星期五，去掉上面 `OFF` 里的假日。（英国这一行是一般投诉，支付类另有时限；美国这一行是 E 条例的电子转账差错，45 天要先暂记入账。）
# %% [markdown] lang="en"
# ## 2 What is due in three places (5 points)
#
# One complaint runs on three clocks in three places. Write a function `due(received, regime)`: `received` is the moment of receipt, `regime` is `"cn"`, `"uk"` or `"us"`. Return a dictionary (or a Series) from each step to its last day:
#
# | `regime` | step | limit |
# |---|---|---|
# | `cn` | `simple`, `complex`, `longest` | 15, 30, 60 calendar days |
# | `uk` | `summary` | 3 business days |
# | `uk` | `final` | 8 weeks |
# | `us` | `decide` | 10 business days |
# | `us` | `longest` | 45 calendar days |
#
# The day of receipt is day 0, late at night too, and on a day off as well: the first business day after it is business day 1. Calendar days and weeks end where they end: in none of the three places does **a holiday or a weekend move them** (China's order does not say that one does, and whoever works by the earlier day is safe). Business days in the United Kingdom and the United States are Monday to Friday without the holidays in `OFF` above. (The British line is for complaints in general, payments have other limits; the American one is Regulation E for errors in electronic transfers, where 45 days ask for a provisional credit.)
# %% task="due" kind="solution"
def due(received, regime):
    ### BEGIN SOLUTION
    day = pd.Timestamp(received).normalize()

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in OFF[regime]
        return last

    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + pd.Timedelta(days=count) for step, count in limits.items()}
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": business(10), "longest": day + pd.Timedelta(days=45)}
    ### END SOLUTION


# %% task="due" kind="test" points=2
check.defined("due")


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


def deadlines(received, regime, *steps):
    """What due says, as days without hours."""
    found = due(pd.Timestamp(received), regime)
    check.true(found is not None, "check-none")
    check.true(isinstance(found, (dict, pd.Series)), "due-shape")
    found = dict(found)
    check.equal(sorted(map(str, found)), sorted(steps), "due-shape")
    return {step: only_day(day) for step, day in found.items()}


found = deadlines("2026-02-01 23:50", "cn", "simple", "complex", "longest")
check.true(found["simple"] != pd.Timestamp("2026-02-17"), "due-evening")
check.true(found["simple"] != pd.Timestamp("2026-02-24"), "due-moved")
check.equal(
    found,
    {
        "simple": pd.Timestamp("2026-02-16"),
        "complex": pd.Timestamp("2026-03-03"),
        "longest": pd.Timestamp("2026-04-02"),
    },
    "due-calendar",
)
# %% task="due" kind="test" points=3
check.defined("due")


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


def deadlines(received, regime, *steps):
    """What due says, as days without hours."""
    found = due(pd.Timestamp(received), regime)
    check.true(found is not None, "check-none")
    check.true(isinstance(found, (dict, pd.Series)), "due-shape")
    found = dict(found)
    check.equal(sorted(map(str, found)), sorted(steps), "due-shape")
    return {step: only_day(day) for step, day in found.items()}


found = deadlines("2026-04-02 22:40", "uk", "summary", "final")
check.true(found["final"] != pd.Timestamp("2026-05-29"), "due-evening")
check.equal(found["summary"], pd.Timestamp("2026-04-09"), "due-bank-holidays")
check.equal(found["final"], pd.Timestamp("2026-05-28"), "due-weeks")
found = deadlines("2026-03-30 11:00", "uk", "summary", "final")
check.true(found["final"] != pd.Timestamp("2026-05-26"), "due-moved")
check.equal(found["summary"], pd.Timestamp("2026-04-02"), "due-bank-holidays")
check.equal(found["final"], pd.Timestamp("2026-05-25"), "due-weeks")
found = deadlines("2026-06-17 11:00", "uk", "summary", "final")
check.true(found["summary"] != pd.Timestamp("2026-06-23"), "due-mixed")
check.equal(found["summary"], pd.Timestamp("2026-06-22"), "due-bank-holidays")

found = deadlines("2026-05-15 09:05", "us", "decide", "longest")
check.equal(found["decide"], pd.Timestamp("2026-06-01"), "due-bank-holidays")
check.equal(found["longest"], pd.Timestamp("2026-06-29"), "due-calendar")
found = deadlines("2026-05-20 23:10", "us", "decide", "longest")
check.true(found["longest"] != pd.Timestamp("2026-07-05"), "due-evening")
check.true(found["longest"] not in pd.to_datetime(["2026-07-03", "2026-07-06"]), "due-moved")
check.equal(found["longest"], pd.Timestamp("2026-07-04"), "due-calendar")
found = deadlines("2026-05-01 15:00", "us", "decide", "longest")
check.true(found["decide"] != pd.Timestamp("2026-05-18"), "due-mixed")
check.equal(found["decide"], pd.Timestamp("2026-05-15"), "due-bank-holidays")
try:
    found = deadlines("2026-05-16 10:30", "us", "decide", "longest")
except ValueError:  # a function that does not take a Saturday
    found = {"decide": None}
check.true(found["decide"] not in (None, pd.Timestamp("2026-06-02")), "due-weekend")
check.equal(found["decide"], pd.Timestamp("2026-06-01"), "due-bank-holidays")
### BEGIN HIDDEN TESTS
# not OFF: that name may have been given something else
hidden_uk = holidays.country_holidays("GB", subdiv="ENG", years=[2024, 2025, 2026])
hidden_us = set(holidays.country_holidays("US", years=[2024, 2025, 2026], observed=False))
hidden_us |= {d + dt.timedelta(days=1) for d in hidden_us if d.weekday() == 6}
hidden_rng = np.random.default_rng(23)
for hidden_offset in hidden_rng.integers(0, 800, 40):
    hidden_day = pd.Timestamp("2024-03-01") + pd.Timedelta(days=int(hidden_offset))
    for hidden_regime, hidden_off, hidden_step, hidden_n, hidden_fixed in (
        ("cn", None, None, 0, {"simple": 15, "complex": 30, "longest": 60}),
        ("uk", hidden_uk, "summary", 3, {"final": 56}),
        ("us", hidden_us, "decide", 10, {"longest": 45}),
    ):
        hidden_want = {k: hidden_day + pd.Timedelta(days=v) for k, v in hidden_fixed.items()}
        if hidden_step:
            hidden_span = pd.date_range(hidden_day + pd.Timedelta(days=1), periods=40)
            hidden_open = [d for d in hidden_span if d.weekday() < 5 and d.date() not in hidden_off]
            hidden_want[hidden_step] = hidden_open[hidden_n - 1]
        hidden_got = dict(due(hidden_day + pd.Timedelta(hours=20), hidden_regime))
        hidden_got = {k: only_day(v) for k, v in hidden_got.items()}
        check.equal(hidden_got, hidden_want, "due-any")


### END HIDDEN TESTS
# %% [markdown] task="due" kind="hint" level=1 lang="zh"
# 2 月 1 日深夜收到，第 15 天落在春节假期中间。题目说要不要挪？4 月 2 日收到的英国投诉，第二天是耶稣受难日，它算不算工作日？
# %% [markdown] task="due" kind="hint" level=1 lang="en"
# Received late on 1 February, day 15 falls in the middle of the Spring Festival. Does the task say to move it? And the British complaint of 2 April: the day after is Good Friday. Is that a business day?
# %% [markdown] task="due" kind="hint" level=2 lang="zh"
# 先把时间去掉：`pd.Timestamp(received).normalize()`。自然日和周用 `pd.Timedelta` 直接加；工作日像第 1 题那样一天一天走，条件换成星期几和 `OFF[regime]`。
# %% [markdown] task="due" kind="hint" level=2 lang="en"
# Drop the time of day first: `pd.Timestamp(received).normalize()`. Add calendar days and weeks with `pd.Timedelta`; for business days walk on as in task 1, but look at the weekday and at `OFF[regime]`.
# %% [markdown] task="due" kind="hint" level=3 lang="zh"
# 写一个小函数 `business(count)`：每走一天，若 `last.weekday() < 5` 且 `last.date() not in OFF[regime]`，`count` 减一。8 周是 `pd.Timedelta(weeks=8)`，不是 60 天，也不是两个月。
# %% [markdown] task="due" kind="hint" level=3 lang="en"
# Write a small function `business(count)`: for each day on which `last.weekday() < 5` and `last.date() not in OFF[regime]`, take one off `count`. Eight weeks are `pd.Timedelta(weeks=8)`, not 60 days and not two months.
# %% task="due" kind="probe" expect="fail" message="due-moved" name="last day moved off the holiday"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in OFF[regime]
        return last

    def moved(count):
        last = day + pd.Timedelta(days=count)
        while not chinese_calendar.is_workday(last):
            last += pd.Timedelta(days=1)
        return last

    if regime == "cn":
        return {"simple": moved(15), "complex": moved(30), "longest": moved(60)}
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": business(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-evening" name="after closing time counts as the next day"
def due(received, regime):
    day = pd.Timestamp(received).normalize()
    if pd.Timestamp(received).hour >= 17:
        day += pd.Timedelta(days=1)

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in OFF[regime]
        return last

    if regime == "cn":
        return {
            s: day + pd.Timedelta(days=n)
            for s, n in (("simple", 15), ("complex", 30), ("longest", 60))
        }
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": business(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-calendar" name="China in working days"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def walk(count, works):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= works(last)
        return last

    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: walk(count, chinese_calendar.is_workday) for step, count in limits.items()}
    works = lambda d: d.weekday() < 5 and d.date() not in OFF[regime]
    if regime == "uk":
        return {"summary": walk(3, works), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": walk(10, works), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-bank-holidays" name="Easter forgotten"
def due(received, regime):
    day = pd.Timestamp(received).normalize()
    if regime == "cn":
        return {
            "simple": day + pd.Timedelta(days=15),
            "complex": day + pd.Timedelta(days=30),
            "longest": day + pd.Timedelta(days=60),
        }
    if regime == "uk":
        return {"summary": day + pd.offsets.BDay(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": day + pd.offsets.BDay(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-weeks" name="eight weeks taken for two months"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def business(count):
        off = [np.datetime64(d) for d in OFF[regime]]
        return pd.Timestamp(np.busday_offset(day.date(), count, roll="backward", holidays=off))

    if regime == "cn":
        return {
            "simple": day + pd.Timedelta(days=15),
            "complex": day + pd.Timedelta(days=30),
            "longest": day + pd.Timedelta(days=60),
        }
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.DateOffset(months=2)}
    return {"decide": business(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-weekend" name="a weekend receipt rolled forward first"
def due(received, regime):
    day = pd.Timestamp(received).date()
    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + dt.timedelta(days=count) for step, count in limits.items()}
    off = sorted(OFF[regime])
    if regime == "uk":
        last = np.busday_offset(day, 3, roll="forward", holidays=off)
        return {"summary": last, "final": day + dt.timedelta(weeks=8)}
    last = np.busday_offset(day, 10, roll="forward", holidays=off)
    return {"decide": last, "longest": day + dt.timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-weekend" name="a weekend receipt refused by numpy"
def due(received, regime):
    day = pd.Timestamp(received).date()
    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + dt.timedelta(days=count) for step, count in limits.items()}
    off = sorted(OFF[regime])
    if regime == "uk":
        last = np.busday_offset(day, 3, holidays=off)
        return {"summary": last, "final": day + dt.timedelta(weeks=8)}
    last = np.busday_offset(day, 10, holidays=off)
    return {"decide": last, "longest": day + dt.timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-mixed" name="holidays of both places together"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in (OFF["uk"] | OFF["us"])
        return last

    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + pd.Timedelta(days=count) for step, count in limits.items()}
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decide": business(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="due-moved" name="last days abroad moved off days off"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in OFF[regime]
        return last

    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + pd.Timedelta(days=count) for step, count in limits.items()}

    def moved(last):
        while last.weekday() >= 5 or last.date() in OFF[regime]:
            last += pd.Timedelta(days=1)
        return last

    if regime == "uk":
        return {"summary": business(3), "final": moved(day + pd.Timedelta(weeks=8))}
    return {"decide": business(10), "longest": moved(day + pd.Timedelta(days=45))}


# %% task="due" kind="probe" expect="fail" message="due-shape" name="an American step misnamed"
def due(received, regime):
    day = pd.Timestamp(received).normalize()

    def business(count):
        last = day
        while count > 0:
            last += pd.Timedelta(days=1)
            count -= last.weekday() < 5 and last.date() not in OFF[regime]
        return last

    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + pd.Timedelta(days=count) for step, count in limits.items()}
    if regime == "uk":
        return {"summary": business(3), "final": day + pd.Timedelta(weeks=8)}
    return {"decision": business(10), "longest": day + pd.Timedelta(days=45)}


# %% task="due" kind="probe" expect="fail" message="check-none" name="China only"
def due(received, regime):
    day = pd.Timestamp(received).normalize()
    if regime == "cn":
        limits = {"simple": 15, "complex": 30, "longest": 60}
        return {step: day + pd.Timedelta(days=count) for step, count in limits.items()}


# %% task="due" kind="probe" expect="pass" name="busday_offset, a Series, times kept"
def due(received, regime):
    if regime == "cn":
        return pd.Series(
            {
                "simple": received + pd.Timedelta("15D"),
                "complex": received + pd.Timedelta("30D"),
                "longest": received + pd.Timedelta("60D"),
            }
        )
    off = [np.datetime64(d) for d in OFF[regime]]
    count = {"uk": 3, "us": 10}[regime]
    last = pd.Timestamp(np.busday_offset(received.date(), count, roll="backward", holidays=off))
    if regime == "uk":
        return pd.Series({"summary": last, "final": received + pd.Timedelta(days=56)})
    return pd.Series({"decide": last, "longest": received + pd.Timedelta(days=45)})


# %% task="due" kind="probe" expect="pass" name="plain dates, one table of limits"
def due(received, regime):
    table = {
        "cn": {"simple": ("d", 15), "complex": ("d", 30), "longest": ("d", 60)},
        "uk": {"summary": ("b", 3), "final": ("d", 56)},
        "us": {"decide": ("b", 10), "longest": ("d", 45)},
    }
    out = {}
    for step, (unit, count) in table[regime].items():
        day = pd.Timestamp(received).date()
        while count:
            day += dt.timedelta(days=1)
            if unit == "d" or (day.isoweekday() <= 5 and day not in OFF[regime]):
                count -= 1
        out[step] = day
    return out


# %% [markdown] lang="zh"
# ## 3 会停、会重来的钟（6 分）
#
# 写函数 `running_clock(steps, extension)`，返回这件投诉的最后一天。`steps` 是它在 `events` 里的各行（用 `at`、`event`、`actor` 三列；**行的先后不一定按时间**），`extension` 是 `"none"`、`"30"` 或 `"60"`，说的是延多久；只有第 4 条那一步才让它生效。只看日期，不看钟点：
#
# 1. `received`：收到那天是第 0 天，最后一天是第 15 天。
# 2. `clock_stopped` 到 `clock_resumed`（送行外鉴定）：最后一天往后挪，挪两个**日期**之差那么多天，恢复得再晚也挪。停了还没有恢复的，暂不挪。一件投诉可以停不止一次。（停了要告诉客户；告没告诉，实验里查，这里不查。）
# 3. `new_facts`（客户补交新材料）：从那天起重新数 15 天；在那以前已经结束的停、已经批的延，都不再算。新材料来的那天钟正停着，钟就还停着，但**这次停也从那天重新数**。
# 4. `extension_approved`：`"30"` 再加 15 天，谁批都一样；`"60"` 再加 45 天，但要由总行的人批，`actor` 以 `HO-` 开头；别人批的 `"60"` 只能当 `"30"`。
# 5. 开始停表、新材料、批延长，要发生在**当时的最后一天或以前**才算数；钟已经走完，后来的什么也救不回来。停着的钟不会走完：停表期间来的新材料、批的延长都算数。
#
# 例：3 月 2 日收到，10 日停，14 日来新材料，20 日恢复，最后一天是 4 月 4 日（14 日加 15 天，再加 14 日到 20 日的 6 天）。`steps` 里的其他步骤与时钟无关。
# %% [markdown] lang="en"
# ## 3 A clock that stops and starts again (6 points)
#
# Write a function `running_clock(steps, extension)` that returns the last day of a complaint. `steps` holds its rows of `events` (you need the columns `at`, `event`, `actor`; **the rows need not be in order of time**). `extension` is `"none"`, `"30"` or `"60"` and says how far an extension reaches; only the step of rule 4 puts it in force. Dates count, times of day do not:
#
# 1. `received`: that day is day 0, and the last day is day 15.
# 2. `clock_stopped` to `clock_resumed` (an appraisal outside the bank): the last day moves by the difference between the two **dates**, however late the clock is resumed. A stop that is not over moves nothing yet. A complaint may be stopped more than once. (The customer has to be told of a stop; the lab checks that, this task does not.)
# 3. `new_facts` (the customer brings new material): 15 days are counted afresh from that day; stops that ended and extensions that were approved before it no longer count. If the clock is stopped on that day it stays stopped, but **this stop too is counted afresh from that day**.
# 4. `extension_approved`: `"30"` adds 15 days, whoever approves; `"60"` adds 45, but needs somebody at head office, whose `actor` begins with `HO-`. A `"60"` that others approved is worth a `"30"`.
# 5. The beginning of a stop, new facts and an approval count only **on or before the last day as it then stands**; once the clock has run out, nothing later brings it back. A clock that is stopped does not run out: new facts and approvals during a stop count.
#
# Example: received on 2 March, stopped on the 10th, new facts on the 14th, resumed on the 20th. The last day is 4 April: the 14th and 15 days, and 6 more from the 14th to the 20th. Other steps have nothing to do with the clock.
# %% task="running_clock" kind="solution"
def running_clock(steps, extension):
    ### BEGIN SOLUTION
    last = stopped = None
    for step in steps.sort_values("at", kind="stable").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif last is None or (day > last and stopped is None):
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = None if stopped is None else day
        elif step.event == "extension_approved" and extension != "none":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last
    ### END SOLUTION


# %% task="running_clock" kind="test" points=3
check.defined("running_clock")


def story(*steps):
    """A small table of steps: "day and time", event, actor."""
    return pd.DataFrame(
        {
            "event_id": range(1, len(steps) + 1),
            "complaint_id": 7,
            "at": pd.to_datetime([when for when, _, _ in steps]),
            "event": [what for _, what, _ in steps],
            "actor": [who for _, _, who in steps],
        }
    )


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


def last_day(*steps, extension="none"):
    """What running_clock says, as a day without its hour."""
    return only_day(running_clock(story(*steps), extension))


def at(moment, event):
    """A step of March 2026."""
    return (f"2026-03-{moment}", event, "customer" if event == "new_facts" else "cards")


arrives = ("2026-03-02 19:30", "received", "customer")
found = last_day(arrives, ("2026-03-03 09:10", "assigned", "cards"))
check.equal(found, pd.Timestamp("2026-03-17"), "clock-plain")
stop, resume = at("10 16:40", "clock_stopped"), at("16 09:15", "clock_resumed")
check.equal(last_day(arrives, stop, resume), pd.Timestamp("2026-03-23"), "clock-stop")
check.equal(last_day(arrives, stop), pd.Timestamp("2026-03-17"), "clock-stop")
early = ("2026-03-02 07:10", "received", "customer")
check.equal(last_day(early, stop, resume), pd.Timestamp("2026-03-23"), "clock-hours")
found = last_day(arrives, at("18 09:00", "clock_stopped"), at("20 09:00", "clock_resumed"))
check.equal(found, pd.Timestamp("2026-03-17"), "clock-stop-late")
found = last_day(arrives, at("15 10:00", "clock_stopped"), at("25 15:00", "clock_resumed"))
check.equal(found, pd.Timestamp("2026-03-27"), "clock-resume-late")
first_stop = (at("05 10:00", "clock_stopped"), at("09 15:00", "clock_resumed"))
second_stop = (at("20 10:00", "clock_stopped"), at("24 15:00", "clock_resumed"))
found = last_day(arrives, *first_stop, *second_stop)
check.equal(found, pd.Timestamp("2026-03-25"), "clock-two-stops")

facts = at("18 11:00", "new_facts")
check.equal(last_day(arrives, stop, resume, facts), pd.Timestamp("2026-04-02"), "clock-restart")
check.equal(last_day(arrives, facts), pd.Timestamp("2026-03-17"), "clock-too-late")
found = last_day(arrives, at("12 10:00", "new_facts"), at("26 10:00", "new_facts"))
check.equal(found, pd.Timestamp("2026-04-10"), "clock-two-facts")
late_resume = at("20 09:15", "clock_resumed")
found = last_day(arrives, stop, at("14 10:00", "new_facts"), late_resume)
check.equal(found, pd.Timestamp("2026-04-04"), "clock-facts-in-stop")
found = last_day(arrives, stop, at("19 10:00", "new_facts"), at("24 09:15", "clock_resumed"))
check.equal(found, pd.Timestamp("2026-04-08"), "clock-stands")
try:
    found = last_day(stop, facts, resume, arrives)
except (TypeError, AttributeError, NameError, LookupError, ValueError):
    found = None  # the first row was not the receipt
check.true(found == pd.Timestamp("2026-04-02"), "clock-order")
# %% task="running_clock" kind="test" points=3
check.defined("running_clock")


def story(*steps):
    """A small table of steps: "day and time", event, actor."""
    return pd.DataFrame(
        {
            "event_id": range(1, len(steps) + 1),
            "complaint_id": 7,
            "at": pd.to_datetime([when for when, _, _ in steps]),
            "event": [what for _, what, _ in steps],
            "actor": [who for _, _, who in steps],
        }
    )


def only_day(value):
    """A moment without its hour; what is no moment stays as it is."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        return value
    return value if pd.isna(day) else day.normalize()


def last_day(*steps, extension="none"):
    """What running_clock says, as a day without its hour."""
    return only_day(running_clock(story(*steps), extension))


def at(moment, event):
    """A step of March 2026."""
    return (f"2026-03-{moment}", event, "customer" if event == "new_facts" else "cards")


arrives = ("2026-03-02 19:30", "received", "customer")
granted = ("2026-03-17 17:20", "extension_approved", "HX-H1")
check.equal(last_day(arrives, granted, extension="30"), pd.Timestamp("2026-04-01"), "clock-extend")
tardy = ("2026-03-18 08:40", "extension_approved", "HX-H1")
check.equal(last_day(arrives, tardy, extension="30"), pd.Timestamp("2026-03-17"), "clock-void")
check.equal(last_day(arrives, granted, extension="60"), pd.Timestamp("2026-04-01"), "clock-who")
above = ("2026-03-16 10:00", "extension_approved", "HO-2")
check.equal(last_day(arrives, above, extension="60"), pd.Timestamp("2026-05-01"), "clock-extend")
check.equal(last_day(arrives, above, extension="30"), pd.Timestamp("2026-04-01"), "clock-thirty")
check.equal(last_day(arrives, extension="30"), pd.Timestamp("2026-03-17"), "clock-step")
early = ("2026-03-02 09:30", "received", "customer")
check.equal(last_day(early, granted, extension="30"), pd.Timestamp("2026-04-01"), "clock-hours")
soon = ("2026-03-12 10:00", "extension_approved", "HX-H1")
found = last_day(arrives, soon, at("20 11:00", "new_facts"), extension="30")
check.equal(found, pd.Timestamp("2026-04-04"), "clock-restart")
stop, resume = at("10 16:40", "clock_stopped"), at("16 09:15", "clock_resumed")
later = ("2026-03-22 10:00", "extension_approved", "HX-H1")
found = last_day(arrives, stop, resume, later, extension="30")
check.equal(found, pd.Timestamp("2026-04-07"), "clock-as-it-stands")
tardy_resume = at("24 09:15", "clock_resumed")
found = last_day(arrives, stop, tardy, tardy_resume, extension="30")
check.equal(found, pd.Timestamp("2026-04-15"), "clock-stands")


### BEGIN HIDDEN TESTS
def hidden_clock(steps, extension):
    """Day by day: what is left, whether the clock stands."""
    by_day = {}
    for when, what, who in sorted(steps):
        by_day.setdefault(pd.Timestamp(when).normalize(), []).append((what, who))
    day, left, standing, since = min(by_day), 15, False, None
    while True:
        for what, who in by_day.get(day, []):
            if what == "new_facts":
                left, since = 15, day
            elif what == "extension_approved" and extension != "none":
                left += 45 if extension == "60" and who[:3] == "HO-" else 15
            elif what == "clock_stopped":
                standing, since = True, day
            elif what == "clock_resumed":
                standing = False
        if standing and day >= max(by_day):
            return since + pd.Timedelta(days=left)
        if left == 0 and not standing:
            return day
        day += pd.Timedelta(days=1)
        left -= not standing


def hidden_step(kind, at):
    """A step that is no stop."""
    if kind == "facts":
        return (at, "new_facts", "customer")
    return (at, "extension_approved", str(hidden_rng.choice(["HX-H1", "HO-1", "HO-3"])))


hidden_rng = np.random.default_rng(29)
for _ in range(120):
    hidden_start = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(hidden_rng.integers(0, 400)))
    hidden_hour = int(hidden_rng.integers(1, 23))
    hidden_steps = [(hidden_start + pd.Timedelta(hours=hidden_hour), "received", "customer")]
    hidden_place = 0
    for hidden_kind in hidden_rng.choice(["stop", "facts", "extend"], hidden_rng.integers(0, 5)):
        hidden_place += int(hidden_rng.integers(2, 11))
        hidden_at = hidden_start + pd.Timedelta(
            days=hidden_place, hours=int(hidden_rng.integers(10, 18))
        )
        if hidden_kind != "stop":
            hidden_steps.append(hidden_step(hidden_kind, hidden_at))
            continue
        hidden_steps.append((hidden_at, "clock_stopped", "cards"))
        if hidden_rng.random() < 0.4:
            hidden_place += int(hidden_rng.integers(1, 9))
            hidden_inside = hidden_start + pd.Timedelta(days=hidden_place, hours=12)
            hidden_what = str(hidden_rng.choice(["facts", "extend"]))
            hidden_steps.append(hidden_step(hidden_what, hidden_inside))
        if hidden_rng.random() < 0.1:
            break
        hidden_place += int(hidden_rng.integers(1, 9))
        hidden_end = hidden_start + pd.Timedelta(days=hidden_place, hours=9)
        hidden_steps.append((hidden_end, "clock_resumed", "cards"))
    hidden_extension = str(hidden_rng.choice(["none", "30", "60"]))
    hidden_want = hidden_clock(hidden_steps, hidden_extension)
    hidden_rows = [hidden_steps[i] for i in hidden_rng.permutation(len(hidden_steps))]
    check.equal(last_day(*hidden_rows, extension=hidden_extension), hidden_want, "clock-any")


### END HIDDEN TESTS
# %% [markdown] task="running_clock" kind="hint" level=1 lang="zh"
# 3 月 2 日收到，3 月 18 日批了延长：批的那天，钟走完没有，停着没有？把每一步画在一条日期轴上，旁边写“当时的最后一天”，一步一步改。
# %% [markdown] task="running_clock" kind="hint" level=1 lang="en"
# Received on 2 March, an extension approved on 18 March: had the clock run out on that day, or did it stand still? Draw the steps on a line of dates, write "last day as it stands" beside each, and change it step by step.
# %% [markdown] task="running_clock" kind="hint" level=2 lang="zh"
# 先按 `at` 排序，再一行一行看。手里一直拿着两样东西：当时的最后一天，和停从哪天数起（没停就是 None）；停着的时候来了新材料，两样都改。日期用 `step.at.normalize()`，两个日期相减就是要挪的天数。
# %% [markdown] task="running_clock" kind="hint" level=2 lang="en"
# Sort by `at`, then go through the rows. Keep two things in hand: the last day as it stands, and the day from which a stop is counted (None if the clock runs). New facts during a stop change both. Take dates with `step.at.normalize()`; the difference between two of them is what to add.
# %% [markdown] task="running_clock" kind="hint" level=3 lang="zh"
# 顺序：先处理 `received` 和 `clock_resumed`；再看钟走完没有，也就是 `day > last` 而且没有停着，是就跳过这一行；然后才是停表、新材料和延长。新材料把 `last` 整个换掉，延长和停表是往上加。
# %% [markdown] task="running_clock" kind="hint" level=3 lang="en"
# The order: first `received` and `clock_resumed`; then, if the clock has run out (`day > last`, and it is not stopped), leave the row out; only then stops, new facts and extensions. New facts replace `last` altogether, extensions and stops add to it.
# %% task="running_clock" kind="probe" expect="fail" message="clock-void" name="every extension counts"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None and step.event != "extension_approved":
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-restart" name="new facts add fifteen days"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last += pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-stop" name="a stop measured in hours"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += pd.Timedelta(days=(step.at - stopped).days)
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = step.at
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = step.at if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-hours" name="times of day counted"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-stop-late" name="a stop counts whenever it begins"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None and step.event != "clock_stopped":
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-resume-late" name="a stop counts only if it ends in time"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None and day <= last:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-two-stops" name="only the first stop counts"
def running_clock(steps, extension):
    last = stopped = None
    used = False
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None and not used:
                last, used = last + (day - stopped), True
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-two-facts" name="only the first new facts count"
def running_clock(steps, extension):
    last = stopped = None
    seen = False
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts" and not seen:
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
            seen = True
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-facts-in-stop" name="the whole of a stop counts after new facts"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-facts-in-stop" name="new facts end a stop"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-stands" name="a clock runs out while it stands"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-thirty" name="head office alone makes forty-five days"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-who" name="anybody may approve sixty days"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            last += pd.Timedelta(days=int(extension) - 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-as-it-stands" name="extensions held against day fifteen"
def running_clock(steps, extension):
    last = stopped = fifteen = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = fifteen = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved" and (day <= fifteen or stopped):
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-step" name="an extension without the step"
def running_clock(steps, extension):
    last = stopped = None
    extra = 0
    work = steps.sort_values("at")
    if not work["event"].eq("extension_approved").any():
        extra = {"none": 0, "30": 15, "60": 45}[extension]
    for step in work.itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last + pd.Timedelta(days=extra)


# %% task="running_clock" kind="probe" expect="fail" message="clock-too-late" name="new facts revive a clock that ran out"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None and step.event != "new_facts":
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-order" name="rows taken as they come"
def running_clock(steps, extension):
    start = steps.loc[steps["event"] == "received", "at"].iloc[0].normalize()
    last, stopped = start + pd.Timedelta(days=15), None
    for step in steps.itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="clock-order" name="rows taken as they come, nothing before the first"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)
    return last


# %% task="running_clock" kind="probe" expect="fail" message="check-none" name="no return"
def running_clock(steps, extension):
    last = stopped = None
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            last = day + pd.Timedelta(days=15)
        elif step.event == "clock_resumed":
            if stopped is not None:
                last += day - stopped
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            last = day + pd.Timedelta(days=15)
            stopped = day if stopped is not None else None
        elif step.event == "extension_approved":
            enough = extension == "60" and step.actor.startswith("HO-")
            last += pd.Timedelta(days=45 if enough else 15)


# %% task="running_clock" kind="probe" expect="fail" message="clock-restart" name="extensions survive new facts"
def running_clock(steps, extension):
    begin = stopped = None
    extra = moved = 0
    for step in steps.sort_values("at").itertuples():
        day = step.at.normalize()
        if step.event == "received":
            begin = day
        last = begin + pd.Timedelta(days=15 + extra + moved)
        if step.event == "clock_resumed":
            moved += (day - stopped).days if stopped is not None else 0
            stopped = None
        elif day > last and stopped is None:
            continue
        elif step.event == "clock_stopped":
            stopped = day
        elif step.event == "new_facts":
            begin, moved, stopped = day, 0, day if stopped is not None else None
        elif step.event == "extension_approved":
            extra += 45 if extension == "60" and step.actor.startswith("HO-") else 15
    return begin + pd.Timedelta(days=15 + extra + moved)


# %% task="running_clock" kind="probe" expect="pass" name="plain Python, a date"
def running_clock(steps, extension):
    rows = sorted(zip(steps["at"], steps["event"], steps["actor"], strict=True))
    begin, extra, stopped = None, 0, None
    for at, event, actor in rows:
        day = at.date()
        if event == "received":
            begin = day
            continue
        gone = (day - begin).days
        if event == "clock_resumed":
            if stopped is not None:
                extra += (day - stopped).days
            stopped = None
        elif gone > 15 + extra and stopped is None:
            pass
        elif event == "clock_stopped":
            stopped = day
        elif event == "new_facts":
            begin, extra = day, 0
            if stopped is not None:
                stopped = day
        elif event == "extension_approved":
            if extension == "60" and actor[:3] == "HO-":
                extra += 45
            elif extension in ("30", "60"):
                extra += 15
    return begin + dt.timedelta(days=15 + extra)


# %% task="running_clock" kind="probe" expect="pass" name="day by day, what is left"
def running_clock(steps, extension):
    work = steps.assign(day=steps["at"].dt.normalize()).sort_values("at")
    today, end = work["day"].iloc[0], work["day"].iloc[-1]
    left, stopped = 15, None
    while today <= end:
        if left < 0:
            return today - pd.Timedelta(days=1)
        for step in work[work["day"] == today].itertuples():
            if step.event == "clock_stopped":
                stopped = (today, left)
            elif step.event == "clock_resumed":
                stopped = None
            elif step.event == "new_facts":
                left = 15
                stopped = stopped and (today, 15)
            elif step.event == "extension_approved":
                days = {"none": 0, "30": 15, "60": 45}[extension]
                days = days if str(step.actor).startswith("HO-") else min(days, 15)
                left += days
                stopped = stopped and (stopped[0], left)
        today += pd.Timedelta(days=1)
        left -= stopped is None
    if stopped:
        return stopped[0] + pd.Timedelta(days=stopped[1])
    return (today + pd.Timedelta(days=left)).to_pydatetime()


# %% task="running_clock" kind="probe" expect="pass" name="a stop told by its row, the last day from its parts"
def running_clock(steps, extension):
    rows = steps[["at", "event", "actor"]].sort_values("at").to_dict("records")
    base, plus, halted = None, pd.Timedelta(0), None
    for row in rows:
        day = row["at"].floor("D")
        match row["event"]:
            case "received":
                base = day
            case "clock_stopped" if day <= base + pd.Timedelta(days=15) + plus:
                halted = day
            case "clock_resumed" if halted is not None:
                plus, halted = plus + (day - halted), None
            case "new_facts" if halted is not None or day <= base + pd.Timedelta(days=15) + plus:
                base, plus = day, pd.Timedelta(0)
                halted = halted and day
            case "extension_approved" if (
                halted is not None or day <= base + pd.Timedelta(days=15) + plus
            ):
                whole = extension == "60" and row["actor"][:3] == "HO-"
                plus += pd.Timedelta(days=45 if whole else 15 if extension != "none" else 0)
    return str((base + pd.Timedelta(days=15) + plus).date())


# %% [markdown] lang="zh"
# ## 4 在哪一档（4 分）
#
# 方维要看一张总表：哪些按时，哪些超了期。写函数 `standing(complaints, due, today)`。`due` 是以 `complaint_id` 为索引的 Series，值是最后一天（顺序不一定和投诉表一样）；`told_at` 是告知客户结果的时间，空着就是还没办完。返回以 `complaint_id` 为索引的 Series（或含 `standing` 列的表），每件投诉一个词：
#
# - `withdrawn`：`result` 是 `withdrawn`，客户撤回了，`told_at` 空不空都一样；
# - `in_time`：在最后一天或以前告知（最后一天的下午也算）；
# - `late`：告知了，但晚了；
# - `running`：还没办完，今天没有过最后一天；
# - `overdue`：还没办完，今天已经过了最后一天。
# %% [markdown] lang="en"
# ## 4 Where each complaint stands (4 points)
#
# Fang Wei wants one table: which were answered in time, which were not. Write a function `standing(complaints, due, today)`. `due` is a Series of last days indexed by `complaint_id` (not always in the order of the table); `told_at` is the moment when the customer was told the decision, empty while the complaint is open. Return a Series indexed by `complaint_id` (or a table with a column `standing`) with one word for each complaint:
#
# - `withdrawn`: `result` is `withdrawn`, the customer took it back, whether or not `told_at` is filled;
# - `in_time`: told on the last day or before (the afternoon of the last day is in time);
# - `late`: told, but later;
# - `running`: still open, and today is not past the last day;
# - `overdue`: still open, and today is past the last day.
# %% task="standing" kind="solution"
def standing(complaints, due, today):
    ### BEGIN SOLUTION
    last = complaints["complaint_id"].map(due)
    told = complaints["told_at"].dt.normalize()
    word = np.select(
        [
            complaints["result"] == "withdrawn",
            told.isna() & (today > last),
            told.isna(),
            told > last,
        ],
        ["withdrawn", "overdue", "running", "late"],
        default="in_time",
    )
    return pd.Series(word, index=complaints["complaint_id"], name="standing")
    ### END SOLUTION


# %% task="standing" kind="test" points=4
check.defined("standing")
small = pd.DataFrame(
    {
        "complaint_id": [71, 72, 73, 74, 75, 76, 77],
        "told_at": pd.to_datetime(
            [
                "2026-06-10 16:20",
                "2026-06-11 09:00",
                None,
                None,
                None,
                "2026-06-25 10:00",
                None,
            ]
        ),
        "result": ["upheld", "partly", None, None, None, "withdrawn", "withdrawn"],
    }
)
small_due = pd.Series(
    pd.to_datetime(
        [
            "2026-06-12",
            "2026-06-20",
            "2026-06-30",
            "2026-06-29",
            "2026-07-09",
            "2026-06-10",
            "2026-06-10",
        ]
    ),
    index=pd.Index([77, 76, 75, 74, 73, 72, 71], name="complaint_id"),
)
words = check.frame(
    standing(small.copy(), small_due.copy(), pd.Timestamp("2026-06-30")),
    columns=["standing"],
    key="complaint_id",
)
check.equal(len(words), 7, "standing-everyone")
check.true(
    words["standing"].isin(["withdrawn", "in_time", "late", "running", "overdue"]),
    "standing-words",
)
check.equal(list(words.loc[5:6, "standing"]), ["withdrawn"] * 2, "standing-withdrawn")
check.true(words.loc[2:4, "standing"].isin(["running", "overdue"]), "standing-open")
check.equal(words.loc[0, "standing"], "in_time", "standing-last-day")
check.equal(words.loc[1, "standing"], "late", "standing-matched")
check.equal(list(words.loc[2:4, "standing"]), ["running", "overdue", "running"], "standing-today")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(31)
hidden_today = pd.Timestamp("2025-11-14")
hidden_ids = hidden_rng.permutation(9000)[:300]
hidden_last = hidden_today + pd.to_timedelta(hidden_rng.integers(-20, 8, 300), unit="D")
hidden_told = hidden_last + pd.to_timedelta(
    hidden_rng.integers(-6 * 24 * 60, 5 * 24 * 60, 300), unit="min"
)
hidden_result = np.where(hidden_rng.random(300) < 0.1, "withdrawn", "upheld").astype(object)
hidden_open = np.asarray(hidden_told > hidden_today)
hidden_result[hidden_open] = None
hidden_table = pd.DataFrame(
    {
        "complaint_id": hidden_ids,
        "told_at": pd.Series(hidden_told).where(~hidden_open),
        "result": hidden_result,
    }
)
hidden_due = pd.Series(hidden_last, index=pd.Index(hidden_ids, name="complaint_id"))
hidden_want = {}
for hidden_row in hidden_table.itertuples(index=False):
    hidden_end = hidden_due.loc[hidden_row.complaint_id].date()
    if hidden_row.result == "withdrawn":
        hidden_word = "withdrawn"
    elif pd.isna(hidden_row.told_at):
        hidden_word = "overdue" if hidden_today.date() > hidden_end else "running"
    else:
        hidden_word = "late" if hidden_row.told_at.date() > hidden_end else "in_time"
    hidden_want[int(hidden_row.complaint_id)] = hidden_word
hidden_got = check.frame(
    standing(hidden_table.copy(), hidden_due.sample(frac=1, random_state=2), hidden_today),
    columns=["standing"],
    key="complaint_id",
)
check.equal(len(hidden_got), 300, "standing-everyone")
check.equal(
    list(hidden_got["standing"]), [hidden_want[k] for k in sorted(hidden_want)], "standing-any"
)


### END HIDDEN TESTS
# %% [markdown] task="standing" kind="hint" level=1 lang="zh"
# 投诉 71 在最后一天下午 4 点 20 分告知。电脑拿“6 月 10 日 16:20”和“6 月 10 日 0:00”比，哪个大？投诉 75 今天正好是最后一天，算哪一档？
# %% [markdown] task="standing" kind="hint" level=1 lang="en"
# Complaint 71 was told at 4.20 in the afternoon of its last day. Which is greater to a computer, 10 June 16:20 or 10 June 0:00? And 75: today is its last day. Where does it stand?
# %% [markdown] task="standing" kind="hint" level=2 lang="zh"
# `told_at` 先用 `.dt.normalize()` 去掉钟点。`due` 按编号去找，用 `complaints["complaint_id"].map(due)`，不要按位置对。空的时间和任何日期比都是 False，所以“还没办完”要先用 `.isna()` 挑出来。
# %% [markdown] task="standing" kind="hint" level=2 lang="en"
# Take the time of day off `told_at` with `.dt.normalize()`. Find the last day by number, with `complaints["complaint_id"].map(due)`, not by position. An empty time compared with any date gives False, so pick the open ones first with `.isna()`.
# %% [markdown] task="standing" kind="hint" level=3 lang="zh"
# `np.select` 从上往下看：先撤回，再“空且今天过了最后一天”，再“空”，再“告知日大于最后一天”，其余 `in_time`。结果放进以 `complaint_id` 为索引的 Series。
# %% [markdown] task="standing" kind="hint" level=3 lang="en"
# `np.select` reads from the top: first withdrawn, then empty and today past the last day, then empty, then told after the last day, and `in_time` for the rest. Put the result into a Series indexed by `complaint_id`.
# %% task="standing" kind="probe" expect="fail" message="standing-last-day" name="time of day compared"
def standing(complaints, due, today):
    last = complaints["complaint_id"].map(due)
    told = complaints["told_at"]
    word = np.select(
        [
            complaints["result"] == "withdrawn",
            told.isna() & (today > last),
            told.isna(),
            told > last,
        ],
        ["withdrawn", "overdue", "running", "late"],
        default="in_time",
    )
    return pd.Series(word, index=complaints["complaint_id"], name="standing")


# %% task="standing" kind="probe" expect="fail" message="standing-open" name="open ones taken for in time"
def standing(complaints, due, today):
    last = complaints["complaint_id"].map(due)
    word = np.where(complaints["told_at"].dt.normalize() > last, "late", "in_time")
    word = np.where(complaints["result"] == "withdrawn", "withdrawn", word)
    return pd.Series(word, index=complaints["complaint_id"], name="standing")


# %% task="standing" kind="probe" expect="fail" message="standing-matched" name="last days by position"
def standing(complaints, due, today):
    last = pd.Series(due.to_numpy(), index=complaints.index)
    told = complaints["told_at"].dt.normalize()
    word = np.select(
        [
            complaints["result"] == "withdrawn",
            told.isna() & (today > last),
            told.isna(),
            told > last,
        ],
        ["withdrawn", "overdue", "running", "late"],
        default="in_time",
    )
    return pd.Series(word, index=complaints["complaint_id"], name="standing")


# %% task="standing" kind="probe" expect="fail" message="standing-withdrawn" name="withdrawn ones called late"
def standing(complaints, due, today):
    last = complaints["complaint_id"].map(due)
    told = complaints["told_at"].dt.normalize()
    word = np.select(
        [told.isna() & (today > last), told.isna(), told > last],
        ["overdue", "running", "late"],
        default="in_time",
    )
    return pd.Series(word, index=complaints["complaint_id"], name="standing")


# %% task="standing" kind="probe" expect="fail" message="standing-today" name="overdue on the last day already"
def standing(complaints, due, today):
    last = complaints["complaint_id"].map(due)
    told = complaints["told_at"].dt.normalize()
    word = np.select(
        [
            complaints["result"] == "withdrawn",
            told.isna() & (today >= last),
            told.isna(),
            told > last,
        ],
        ["withdrawn", "overdue", "running", "late"],
        default="in_time",
    )
    return pd.Series(word, index=complaints["complaint_id"], name="standing")


# %% task="standing" kind="probe" expect="pass" name="row by row, a dictionary"
def standing(complaints, due, today):
    out = {}
    for row in complaints.to_dict("records"):
        last = due[row["complaint_id"]].date()
        if row["result"] == "withdrawn":
            word = "withdrawn"
        elif pd.isna(row["told_at"]):
            word = "running" if today.date() <= last else "overdue"
        else:
            word = "in_time" if row["told_at"].date() <= last else "late"
        out[row["complaint_id"]] = word
    return pd.Series(out, name="standing").rename_axis("complaint_id")


# %% task="standing" kind="probe" expect="pass" name="joined, the end of the last day as the limit"
def standing(complaints, due, today):
    work = complaints.merge(
        due.rename("last").rename_axis("complaint_id").reset_index(), on="complaint_id"
    )
    limit = work["last"] + pd.Timedelta(days=1)
    work["standing"] = "late"
    work.loc[work["told_at"] < limit, "standing"] = "in_time"
    work.loc[work["told_at"].isnull(), "standing"] = "overdue"
    work.loc[work["told_at"].isnull() & (today < limit), "standing"] = "running"
    work.loc[work["result"].eq("withdrawn"), "standing"] = "withdrawn"
    return work.sort_values("last")


# %% [markdown] lang="zh"
# ## 5 桌上堆了多少（4 分）
#
# 同样是每天来两件，三月的桌上可能躺着二十件，也可能躺着四十件。写函数 `backlog(complaints, first, last)`，返回从 `first` 到 `last` **每一天**晚上还没办完的件数：收到的日期不晚于这一天，而 `told_at` 是空的，或者日期在这一天之后。
#
# 返回以日期为索引（名叫 `day`）的 Series，或含 `day` 和 `open` 两列的表。没有人投诉的日子也要有一行；`first` 以前收到、还没办完的也要算进去。
# %% [markdown] lang="en"
# ## 5 How much lies on the desk (4 points)
#
# With two new complaints a day, a desk in March may hold twenty or forty. Write a function `backlog(complaints, first, last)` that returns, for **each day** from `first` to `last`, how many complaints are open in the evening: received on that day or before, and `told_at` empty or dated after that day.
#
# Return a Series indexed by the days (the index is called `day`), or a table with the columns `day` and `open`. Days on which nobody complains have a row too; complaints received before `first` and still open count as well.
# %% task="backlog" kind="solution"
def backlog(complaints, first, last):
    ### BEGIN SOLUTION
    days = pd.date_range(first, last, name="day")
    arrived = complaints["received_at"].dt.normalize().sort_values().to_numpy()
    ended = complaints["told_at"].dropna().dt.normalize().sort_values().to_numpy()
    came = np.searchsorted(arrived, days.to_numpy(), side="right")
    went = np.searchsorted(ended, days.to_numpy(), side="right")
    return pd.Series(came - went, index=days, name="open")
    ### END SOLUTION


# %% task="backlog" kind="test" points=4
check.defined("backlog")
small = pd.DataFrame(
    {
        "complaint_id": [81, 82, 83, 84, 85],
        "received_at": pd.to_datetime(
            [
                "2026-02-25 09:00",
                "2026-03-02 22:15",
                "2026-03-02 10:00",
                "2026-03-05 08:30",
                "2026-03-06 12:00",
            ]
        ),
        "told_at": pd.to_datetime(
            ["2026-03-03 17:00", "2026-03-05 09:00", None, "2026-03-05 16:45", "2026-03-20 10:00"]
        ),
    }
)
series = check.frame(
    backlog(small.copy(), pd.Timestamp("2026-03-01"), pd.Timestamp("2026-03-07")),
    columns=["open"],
    key="day",
)
check.equal(len(series), 7, "backlog-days")
check.equal(
    [str(pd.Timestamp(str(day)).date()) for day in series["day"]],
    [f"2026-03-0{n}" for n in range(1, 8)],
    "backlog-days",
)
check.equal(series.loc[0, "open"], 1, "backlog-before")
check.true(series.loc[6, "open"] > 1, "backlog-open")
check.equal(series.loc[2, "open"], 2, "backlog-evening")
check.equal(list(series["open"]), [1, 3, 2, 2, 1, 2, 2], "backlog-count")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(37)
hidden_came = pd.Timestamp("2025-01-05") + pd.to_timedelta(
    hidden_rng.integers(0, 60 * 24 * 60, 150), unit="min"
)
hidden_left = hidden_came + pd.to_timedelta(hidden_rng.integers(1, 25 * 24 * 60, 150), unit="min")
hidden_table = pd.DataFrame(
    {
        "complaint_id": hidden_rng.permutation(900)[:150],
        "received_at": hidden_came,
        "told_at": pd.Series(hidden_left).where(hidden_rng.random(150) < 0.9),
    }
)
for hidden_first, hidden_last in (("2024-12-28", "2025-03-20"), ("2025-02-10", "2025-02-16")):
    hidden_want = []
    for hidden_day in pd.date_range(hidden_first, hidden_last):
        hidden_night = hidden_day + pd.Timedelta(days=1)
        hidden_want.append(
            sum(
                1
                for row in hidden_table.itertuples(index=False)
                if row.received_at < hidden_night
                and (pd.isna(row.told_at) or row.told_at >= hidden_night)
            )
        )
    hidden_got = check.frame(
        backlog(hidden_table.copy(), pd.Timestamp(hidden_first), pd.Timestamp(hidden_last)),
        columns=["open"],
        key="day",
    )
    check.equal(list(hidden_got["open"]), hidden_want, "backlog-count")


### END HIDDEN TESTS
# %% [markdown] task="backlog" kind="hint" level=1 lang="zh"
# 3 月 3 日晚上桌上有哪几件？投诉 81 那天下午 5 点办完，83 一直没办完。用手数出七天的数，再看你的函数。
# %% [markdown] task="backlog" kind="hint" level=1 lang="en"
# Which complaints lie on the desk on the evening of 3 March? 81 was told at five that afternoon, and 83 is never told. Count the seven days by hand, then look at your function.
# %% [markdown] task="backlog" kind="hint" level=2 lang="zh"
# 日子用 `pd.date_range(first, last)`，一天不漏。某天晚上的件数，等于到那天为止收到的件数，减去到那天为止办完的件数。
# %% [markdown] task="backlog" kind="hint" level=2 lang="en"
# Take the days from `pd.date_range(first, last)`, so that none is missing. What is open in an evening is what had arrived by then, less what had been told by then.
# %% [markdown] task="backlog" kind="hint" level=3 lang="zh"
# 对每个 `day`：`came` 是 `received_at` 的日期小于等于 `day` 的行数，`went` 是 `told_at` 的日期小于等于 `day` 的行数（空的自动不算），相减。放进 `pd.Series(..., index=days, name="open")`，`days` 的名字是 `day`。
# %% [markdown] task="backlog" kind="hint" level=3 lang="en"
# For each `day`, `came` is the number of rows whose `received_at` falls on or before it, `went` the number whose `told_at` does (empty ones drop out by themselves); subtract. Put it into `pd.Series(..., index=days, name="open")`, with `day` as the name of `days`.
# %% task="backlog" kind="probe" expect="fail" message="backlog-open" name="complaints without an end dropped"
def backlog(complaints, first, last):
    days = pd.date_range(first, last, name="day")
    done = complaints.dropna(subset=["told_at"])
    came, went = done["received_at"].dt.normalize(), done["told_at"].dt.normalize()
    return pd.Series([((came <= d) & (went > d)).sum() for d in days], index=days, name="open")


# %% task="backlog" kind="probe" expect="fail" message="backlog-before" name="begins with an empty desk"
def backlog(complaints, first, last):
    days = pd.date_range(first, last, name="day")
    came = complaints["received_at"].dt.normalize().value_counts().reindex(days, fill_value=0)
    went = complaints["told_at"].dt.normalize().value_counts().reindex(days, fill_value=0)
    return (came - went).cumsum().rename("open").rename_axis("day")


# %% task="backlog" kind="probe" expect="fail" message="backlog-days" name="only days with an arrival or an end"
def backlog(complaints, first, last):
    came = complaints["received_at"].dt.normalize().value_counts()
    went = complaints["told_at"].dt.normalize().value_counts()
    change = came.sub(went, fill_value=0).sort_index()
    return change.cumsum().loc[first:last].rename("open").rename_axis("day")


# %% task="backlog" kind="probe" expect="fail" message="backlog-evening" name="what ends today still counted"
def backlog(complaints, first, last):
    days = pd.date_range(first, last, name="day")
    came, went = complaints["received_at"].dt.normalize(), complaints["told_at"].dt.normalize()
    return pd.Series(
        [((came <= d) & ((went >= d) | went.isna())).sum() for d in days], index=days, name="open"
    )


# %% task="backlog" kind="probe" expect="pass" name="sums of changes, a table"
def backlog(complaints, first, last):
    came = complaints["received_at"].dt.floor("D").value_counts()
    went = complaints["told_at"].dt.floor("D").value_counts()
    change = came.sub(went, fill_value=0).sort_index()
    whole = pd.date_range(min(change.index.min(), first), max(change.index.max(), last))
    out = change.reindex(whole, fill_value=0).cumsum().loc[first:last]
    return pd.DataFrame({"day": out.index, "open": out.to_numpy()})


# %% task="backlog" kind="probe" expect="pass" name="days as periods, an index without a name"
def backlog(complaints, first, last):
    days = pd.period_range(first, last, freq="D")
    came = complaints["received_at"].dt.to_period("D")
    went = complaints["told_at"].dt.to_period("D")
    return pd.Series([(came <= d).sum() - (went <= d).sum() for d in days], index=days)


# %% task="backlog" kind="probe" expect="pass" name="evening by evening, plain dates"
def backlog(complaints, first, last):
    out, day = {}, first
    while day <= last:
        night = day + pd.Timedelta(days=1)
        here = complaints["received_at"] < night
        out[day.date()] = int((here & ~(complaints["told_at"] < night)).sum())
        day = night
    return pd.Series(out, name="open").rename_axis("day")


# %% [markdown] lang="zh"
# ## 6 先修哪一样（4 分）
#
# 写函数 `pareto(complaints, by="count")`，只看查明了原因的投诉（`root_cause` 不空；别的列空不空不管），按原因排出一张表，返回它：
#
# - `root_cause`（列或索引）；
# - `total`：`by="count"` 时是件数；`by="redress"` 时是赔付之和，单位**元**（数据里的 `redress_cents` 是分）；
# - `share`：占各行 `total` 之和的比例，写成小数（七件里的三件是 3/7，不是 42.86），不要四舍五入；
# - `running`：从第一行到这一行的 `share` 累计，最后一行是 1。
#
# 按 `total` 从大到小排；相同的，`root_cause` 按字母顺序。行的顺序也要对。
# %% [markdown] lang="en"
# ## 6 What to mend first (4 points)
#
# Write a function `pareto(complaints, by="count")` that ranks the causes of those complaints whose cause has been found (`root_cause` is not empty, whatever else may be), and returns a table:
#
# - `root_cause` (as a column or as the index);
# - `total`: with `by="count"` how many complaints; with `by="redress"` the sum of the redress in **yuan** (the data's `redress_cents` is in fen);
# - `share`: its share of the sum of all rows' `total`, as a fraction that is not rounded (three of seven is 3/7, not 42.86);
# - `running`: the `share` of all rows from the first to this one; 1 in the last.
#
# Largest `total` first; where equal, in alphabetical order of `root_cause`. The order of the rows counts.
# %% task="pareto" kind="solution"
def pareto(complaints, by="count"):
    ### BEGIN SOLUTION
    known = complaints[complaints["root_cause"].notna()]
    groups = known.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True], ignore_index=True)
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table
    ### END SOLUTION


# %% task="pareto" kind="test" points=4
check.defined("pareto")


def ranked(table):
    """The learner's table; an index without a name is the causes."""
    named = isinstance(table, pd.DataFrame) and "root_cause" in [*table.columns, *table.index.names]
    plain = not isinstance(table, pd.DataFrame) or isinstance(table.index, pd.RangeIndex)
    return table if named or plain else table.rename_axis("root_cause")


def rounded(column, exact):
    """Whether numbers are the right ones, cut to a few digits."""
    found = pd.to_numeric(column, errors="coerce").astype(float)
    return any(
        abs(one - other) > 1e-6 and any(abs(one - round(other, k)) < 1e-9 for k in range(1, 7))
        for one, other in zip(found, exact, strict=False)
    )


small = pd.DataFrame(
    {
        "complaint_id": range(91, 100),
        "root_cause": [
            "fee",
            "fee",
            None,
            "collection",
            "misselling",
            "fee",
            None,
            "collection",
            "app_failure",
        ],
        "redress_cents": [0, 5050, 0, 0, 35000, 0, 0, 0, 5050],
        "main_bank_after": pd.array(
            [True, None, True, False, True, None, None, True, False], dtype="boolean"
        ),
    }
)
columns = ["total", "share", "running"]
table = check.frame(ranked(pareto(small.copy())), columns=columns, key="root_cause")
check.true(len(table) == 4 and table["total"].sum() < 9, "pareto-open")
check.true(table["total"].sum() != 5, "pareto-dropna")
check.equal(list(table["total"]), [1, 2, 3, 1], "pareto-count")
shares = [1 / 7, 2 / 7, 3 / 7, 1 / 7]
check.true(pd.to_numeric(table["share"], errors="coerce").max() <= 1, "pareto-fraction")
check.true(not rounded(table["share"], shares), "pareto-rounded")
check.close(list(table["share"]), shares, "pareto-share")
wanted = pd.DataFrame(
    {"root_cause": ["fee", "collection", "app_failure", "misselling"], "total": [3, 2, 1, 1]}
)
check.frame_equal(
    ranked(pareto(small.copy())), wanted, "pareto-order", key="root_cause", order=True
)
running = [6 / 7, 5 / 7, 3 / 7, 1.0]
check.true(not rounded(table["running"], running), "pareto-rounded")
check.close(list(table["running"]), running, "pareto-running")

table = check.frame(ranked(pareto(small.copy(), by="redress")), columns=columns, key="root_cause")
check.true(table["total"].max() < 1000, "pareto-fen")
check.true(table["total"].iloc[0] not in (50, 51), "pareto-whole")
check.close(list(table["total"]), [50.5, 0.0, 50.5, 350.0], "pareto-by")
wanted = pd.DataFrame(
    {
        "root_cause": ["misselling", "app_failure", "fee", "collection"],
        "total": [350.0, 50.5, 50.5, 0.0],
    }
)
check.frame_equal(
    ranked(pareto(small.copy(), by="redress")),
    wanted,
    "pareto-order",
    key="root_cause",
    order=True,
)
check.close(list(table["running"]), [400.5 / 451, 1.0, 1.0, 350 / 451], "pareto-running")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(41)
hidden_names = ["fee", "app_failure", "misselling", "collection", "face_login", "credit_record"]
for hidden_n in (40, 300):
    hidden_table = pd.DataFrame(
        {
            "complaint_id": hidden_rng.permutation(5000)[:hidden_n],
            "root_cause": hidden_rng.choice([*hidden_names, None], hidden_n),
            "redress_cents": hidden_rng.integers(0, 9, hidden_n) * 1050,
            "told_at": pd.Series(pd.Timestamp("2026-01-05"), index=range(hidden_n)).where(
                hidden_rng.random(hidden_n) < 0.8
            ),
        }
    )
    for hidden_by in ("count", "redress"):
        hidden_sums = {}
        for hidden_row in hidden_table.itertuples(index=False):
            if isinstance(hidden_row.root_cause, str):
                hidden_add = 1 if hidden_by == "count" else hidden_row.redress_cents / 100
                hidden_sums[hidden_row.root_cause] = (
                    hidden_sums.get(hidden_row.root_cause, 0) + hidden_add
                )
        hidden_rows, hidden_so_far = [], 0
        for hidden_name, hidden_total in sorted(
            hidden_sums.items(), key=lambda pair: (-pair[1], pair[0])
        ):
            hidden_so_far += hidden_total
            hidden_all = sum(hidden_sums.values())
            hidden_rows.append(
                {
                    "root_cause": hidden_name,
                    "total": hidden_total,
                    "share": hidden_total / hidden_all,
                    "running": hidden_so_far / hidden_all,
                }
            )
        check.frame_equal(
            ranked(pareto(hidden_table.copy(), hidden_by)),
            pd.DataFrame(hidden_rows),
            "pareto-any",
            key="root_cause",
            order=True,
        )


### END HIDDEN TESTS
# %% [markdown] task="pareto" kind="hint" level=1 lang="zh"
# 小表有九行，两行还没查明原因。你的件数加起来是七还是九？件数第一的是 `fee`，赔付第一的是哪一个？
# %% [markdown] task="pareto" kind="hint" level=1 lang="en"
# The small table has nine rows, and in two of them no cause has been found. Do your counts add up to seven or to nine? By count `fee` comes first; by redress, which?
# %% [markdown] task="pareto" kind="hint" level=2 lang="zh"
# 先筛，再 `groupby("root_cause")`，再按两列、两个方向 `sort_values`，最后才算 `share` 和 `cumsum()`。累计一定要在排好序以后。
# %% [markdown] task="pareto" kind="hint" level=2 lang="en"
# Filter, then `groupby("root_cause")`, then `sort_values` by two columns in two directions, and only then `share` and `cumsum()`. The running share has to wait for the order.
# %% [markdown] task="pareto" kind="hint" level=3 lang="zh"
# 按 `root_cause` 分组以后取 `redress_cents` 一列，记作 `groups`；件数是 `groups.size()`，元是 `groups.sum() / 100`。排序给 `["total", "root_cause"]` 和 `ascending=[False, True]`。
# %% [markdown] task="pareto" kind="hint" level=3 lang="en"
# Group by `root_cause` and take the column `redress_cents`; call it `groups`. The count is `groups.size()`, the yuan are `groups.sum() / 100`. Sort by `["total", "root_cause"]` with `ascending=[False, True]`.
# %% task="pareto" kind="probe" expect="fail" message="pareto-open" name="open ones as a cause of their own"
def pareto(complaints, by="count"):
    groups = complaints.groupby(complaints["root_cause"].fillna("unknown"))["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-share" name="share of all complaints, open ones too"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / len(complaints)
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-running" name="running share before sorting"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table.sort_values(["total", "root_cause"], ascending=[False, True])


# %% task="pareto" kind="probe" expect="fail" message="pareto-fen" name="fen taken for yuan"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum()
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-order" name="smallest first"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index().sort_values(["total", "root_cause"])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-by" name="by is not looked at"
def pareto(complaints, by="count"):
    table = complaints.groupby("root_cause").size().rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-order" name="equal ones as first seen"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause", sort=False)["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values("total", ascending=False, kind="stable")
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-dropna" name="every row with a gap dropped"
def pareto(complaints, by="count"):
    groups = complaints.dropna().groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-fraction" name="shares in per cent"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum() * 100
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="fail" message="pareto-rounded" name="rounded to four digits"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() / 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table.round(4)


# %% task="pareto" kind="probe" expect="fail" message="pareto-whole" name="fen cut off"
def pareto(complaints, by="count"):
    groups = complaints.groupby("root_cause")["redress_cents"]
    total = groups.size() if by == "count" else groups.sum() // 100
    table = total.rename("total").reset_index()
    table = table.sort_values(["total", "root_cause"], ascending=[False, True])
    table["share"] = table["total"] / table["total"].sum()
    table["running"] = table["share"].cumsum()
    return table


# %% task="pareto" kind="probe" expect="pass" name="from a dictionary, an index without a name"
def pareto(complaints, by="count"):
    sums = {}
    for row in complaints[complaints["root_cause"].notna()].itertuples():
        add = 1 if by == "count" else row.redress_cents / 100
        sums[row.root_cause] = sums.get(row.root_cause, 0) + add
    order = sorted(sums, key=lambda name: (-sums[name], name))
    table = pd.DataFrame({"total": {name: sums[name] for name in order}})
    table["share"] = table["total"] / sum(sums.values())
    return table.assign(running=table["share"].cumsum())


# %% task="pareto" kind="probe" expect="pass" name="value_counts and a weight, the cause as index"
def pareto(complaints, by="count"):
    weight = 1 if by == "count" else complaints["redress_cents"] / 100
    total = complaints.assign(total=weight).groupby("root_cause")[["total"]].sum().sort_index()
    total = total.sort_values("total", ascending=False, kind="stable")
    total["share"] = total["total"] / total["total"].sum()
    return total.assign(running=total["share"].cumsum())


# %% task="pareto" kind="probe" expect="pass" name="a list of dictionaries"
def pareto(complaints, by="count"):
    sums = {}
    for cause, cents in zip(complaints["root_cause"], complaints["redress_cents"], strict=True):
        if pd.notna(cause):
            sums[cause] = sums.get(cause, 0) + (1 if by == "count" else cents / 100)
    whole, running, rows = sum(sums.values()), 0, []
    for cause in sorted(sums, key=lambda name: (-sums[name], name)):
        running += sums[cause]
        rows.append(
            {
                "root_cause": cause,
                "total": sums[cause],
                "share": sums[cause] / whole,
                "running": running / whole,
            }
        )
    return rows


# %% [markdown] lang="zh"
# ## 7 赔了的，为什么看上去走得更多（4 分）
#
# 月报拿“赔过的”和“没赔的”直接比。可是这家银行的钱多半赔给了最重的投诉，而最重的投诉本来就留不住人。写函数 `redress_gap(table)`。`table` 每件投诉一行：`paid`（真或假，赔过没有）、`severity`（1、2、3）、`stayed`（真或假，90 天后主办银行还是本行）。返回字典（或 Series），两个数都写成小数，不要四舍五入：
#
# - `naive`：赔过的里留下的比例，减去没赔的里留下的比例，全部投诉都在内；
# - `standardised`：在每一级 `severity` 里面各算一次这个差，再按各级的件数加权平均。件数是这一级的**全部**投诉，赔没赔都算。哪一级里只有赔过的或只有没赔的，差算不出来，这一级就不用，权重也不给它。
# %% [markdown] lang="en"
# ## 7 Why those who were paid seem to leave more often (4 points)
#
# The monthly report compares those who got redress with those who did not. But this bank pays mostly the gravest complaints, and the gravest complaints lose customers anyway. Write a function `redress_gap(table)`. `table` has one row for each complaint: `paid` (true or false), `severity` (1, 2, 3) and `stayed` (true or false: the bank is still the main bank 90 days on). Return a dictionary (or a Series) of two numbers, as fractions that are not rounded:
#
# - `naive`: the share who stayed of those paid, less the share who stayed of those not paid, over all complaints;
# - `standardised`: the same difference within each `severity`, averaged with the number of complaints as weight. The number is that of **all** complaints of that severity, paid or not. Where a severity has only paid or only unpaid ones, there is no difference: leave it out, weight and all.
# %% task="redress_gap" kind="solution"
def redress_gap(table):
    ### BEGIN SOLUTION
    stayed = table.assign(stayed=table["stayed"].astype(float))
    rates = stayed.groupby("paid")["stayed"].mean()
    cells = stayed.groupby(["severity", "paid"])["stayed"].mean().unstack()
    gaps = (cells[True] - cells[False]).dropna()
    weights = stayed["severity"].value_counts().reindex(gaps.index)
    return {
        "naive": rates[True] - rates[False],
        "standardised": (gaps * weights).sum() / weights.sum(),
    }
    ### END SOLUTION


# %% task="redress_gap" kind="test" points=4
check.defined("redress_gap")


def groups(*rows):
    """A table from rows (severity, paid, how many stayed, how many left)."""
    parts = []
    for severity, paid, stay, leave in rows:
        part = pd.DataFrame(
            {"paid": paid, "severity": severity, "stayed": [True] * stay + [False] * leave}
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


small = groups((1, False, 144, 36), (1, True, 18, 2), (3, False, 4, 16), (3, True, 32, 48))
result = redress_gap(small.copy())
check.true(result is not None, "check-none")
check.true(isinstance(result, (dict, pd.Series)), "gap-shape")
result = dict(result)
check.equal(sorted(map(str, result)), ["naive", "standardised"], "gap-shape")
check.true(abs(result["naive"]) < 1, "gap-fraction")
check.close(result["naive"], 0.5 - 148 / 200, "gap-naive", atol=1e-9)
check.true(
    not any(abs(result["standardised"] - round(0.4 / 3, k)) < 1e-9 for k in range(2, 7)),
    "gap-rounded",
)
check.close(result["standardised"], 0.4 / 3, "gap-weights", atol=1e-9)
result = dict(
    redress_gap(groups((1, False, 15, 5), (2, False, 20, 10), (2, True, 27, 3), (3, True, 2, 8)))
)
check.close(result["naive"], 29 / 40 - 35 / 50, "gap-all", atol=1e-9)
check.true(pd.notna(result["standardised"]), "gap-empty")
check.close(result["standardised"], 0.9 - 2 / 3, "gap-empty", atol=1e-9)
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(43)
for hidden_n in (120, 700):
    hidden_severity = hidden_rng.choice([1, 2, 3], hidden_n, p=[0.55, 0.3, 0.15])
    hidden_paid = hidden_rng.random(hidden_n) < np.array([0.1, 0.4, 0.7])[hidden_severity - 1]
    hidden_stayed = hidden_rng.random(hidden_n) < 0.9 - 0.2 * hidden_severity + 0.1 * hidden_paid
    hidden_table = pd.DataFrame(
        {"paid": hidden_paid, "severity": hidden_severity, "stayed": hidden_stayed}
    )
    hidden_sum = hidden_weight = 0.0
    for hidden_level in (1, 2, 3):
        hidden_in = hidden_severity == hidden_level
        hidden_yes, hidden_no = hidden_in & hidden_paid, hidden_in & ~hidden_paid
        if hidden_yes.any() and hidden_no.any():
            hidden_difference = hidden_stayed[hidden_yes].mean() - hidden_stayed[hidden_no].mean()
            hidden_sum += hidden_in.sum() * hidden_difference
            hidden_weight += hidden_in.sum()
    hidden_got = dict(redress_gap(hidden_table.copy()))
    check.close(
        hidden_got["naive"],
        hidden_stayed[hidden_paid].mean() - hidden_stayed[~hidden_paid].mean(),
        "gap-naive",
        atol=1e-9,
    )
    check.close(hidden_got["standardised"], hidden_sum / hidden_weight, "gap-weights", atol=1e-9)


### END HIDDEN TESTS
# %% [markdown] task="redress_gap" kind="hint" level=1 lang="zh"
# 小例子里，轻的投诉 200 件，重的 100 件。两级里赔过的都留得更多，合在一起却反过来。各级里赔过的占几成？
# %% [markdown] task="redress_gap" kind="hint" level=1 lang="en"
# The small example has 200 light and 100 grave complaints. In both, more of the paid stayed; together it is the other way round. What share of each was paid?
# %% [markdown] task="redress_gap" kind="hint" level=2 lang="zh"
# `groupby(["severity", "paid"])` 求留下的比例，再 `unstack()` 成一张小方表：一行一级，两列是没赔和赔过。两列相减，空的那一级 `dropna()`。
# %% [markdown] task="redress_gap" kind="hint" level=2 lang="en"
# `groupby(["severity", "paid"])` gives the share who stayed; `unstack()` turns it into a small square: a row for each severity, columns for unpaid and paid. Subtract the columns and `dropna()` where one is empty.
# %% [markdown] task="redress_gap" kind="hint" level=3 lang="zh"
# 权重是 `table["severity"].value_counts()`，用 `reindex` 对到还留着的级别上。标准化的差等于“差乘权重”之和，除以权重之和。
# %% [markdown] task="redress_gap" kind="hint" level=3 lang="en"
# The weights are `table["severity"].value_counts()`, brought by `reindex` onto the severities that are left. The standardised difference is the sum of differences times weights over the sum of the weights.
# %% task="redress_gap" kind="probe" expect="fail" message="gap-weights" name="weights of the paid only"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    rates = table.groupby("paid")["stayed"].mean()
    gaps = (cells[True] - cells[False]).dropna()
    weights = table.loc[table["paid"], "severity"].value_counts().reindex(gaps.index)
    return {
        "naive": rates[True] - rates[False],
        "standardised": (gaps * weights).sum() / weights.sum(),
    }


# %% task="redress_gap" kind="probe" expect="fail" message="gap-weights" name="plain mean over severities"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    rates = table.groupby("paid")["stayed"].mean()
    return {
        "naive": rates[True] - rates[False],
        "standardised": (cells[True] - cells[False]).mean(),
    }


# %% task="redress_gap" kind="probe" expect="fail" message="gap-naive" name="the wrong way round"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    rates = table.groupby("paid")["stayed"].mean()
    gaps = (cells[False] - cells[True]).dropna()
    weights = table["severity"].value_counts().reindex(gaps.index)
    return {
        "naive": rates[False] - rates[True],
        "standardised": (gaps * weights).sum() / weights.sum(),
    }


# %% task="redress_gap" kind="probe" expect="fail" message="gap-fraction" name="per cent"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack() * 100
    rates = table.groupby("paid")["stayed"].mean() * 100
    gaps = (cells[True] - cells[False]).dropna()
    weights = table["severity"].value_counts().reindex(gaps.index)
    return {
        "naive": rates[True] - rates[False],
        "standardised": (gaps * weights).sum() / weights.sum(),
    }


# %% task="redress_gap" kind="probe" expect="fail" message="gap-empty" name="weight of a severity without a difference"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    rates = table.groupby("paid")["stayed"].mean()
    weights = table["severity"].value_counts(normalize=True)
    gaps = cells[True] - cells[False]
    return {"naive": rates[True] - rates[False], "standardised": (gaps * weights).sum()}


# %% task="redress_gap" kind="probe" expect="fail" message="gap-rounded" name="rounded to three digits"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    gaps = (cells[True] - cells[False]).dropna()
    weights = table["severity"].value_counts().reindex(gaps.index)
    rates = table.groupby("paid")["stayed"].mean()
    standardised = (gaps * weights).sum() / weights.sum()
    return {"naive": round(rates[True] - rates[False], 3), "standardised": round(standardised, 3)}


# %% task="redress_gap" kind="probe" expect="fail" message="gap-all" name="plain difference of comparable severities only"
def redress_gap(table):
    cells = table.groupby(["severity", "paid"])["stayed"].mean().unstack()
    gaps = (cells[True] - cells[False]).dropna()
    weights = table["severity"].value_counts().reindex(gaps.index)
    rates = table[table["severity"].isin(gaps.index)].groupby("paid")["stayed"].mean()
    return {
        "naive": rates[True] - rates[False],
        "standardised": (gaps * weights).sum() / weights.sum(),
    }


# %% task="redress_gap" kind="probe" expect="pass" name="loops over severities, a Series"
def redress_gap(table):
    paid = table[table["paid"]]
    unpaid = table[~table["paid"]]
    top = bottom = 0
    for level in sorted(table["severity"].unique()):
        one = paid.loc[paid["severity"] == level, "stayed"]
        other = unpaid.loc[unpaid["severity"] == level, "stayed"]
        if len(one) and len(other):
            top += (one.mean() - other.mean()) * (len(one) + len(other))
            bottom += len(one) + len(other)
    naive = paid["stayed"].mean() - unpaid["stayed"].mean()
    return pd.Series({"naive": naive, "standardised": top / bottom})


# %% task="redress_gap" kind="probe" expect="pass" name="two standardised rates and their difference"
def redress_gap(table):
    grid = table.pivot_table(
        index="severity", columns="paid", values="stayed", aggfunc=["mean", "size"]
    )
    both = grid.dropna()
    weight = both["size"].sum(axis=1)
    rate = {
        p: float(np.average(both["mean"][p].astype(float), weights=weight)) for p in (True, False)
    }
    naive = table.loc[table["paid"], "stayed"].mean() - table.loc[~table["paid"], "stayed"].mean()
    return {"standardised": rate[True] - rate[False], "naive": float(naive)}


# %% [markdown] lang="zh"
# ## 8 抽签说了什么（4 分）
#
# 从 2025 年 10 月 1 日起，严重程度 1、2 的投诉抽签：一半进快通道（`lane` 是 `quick`），要有一个具名的人在两个工作日内打电话；另一半照常。抽签不看谁急谁凶，所以两组可以直接比。
#
# 写函数 `lot_effect(complaints, first, last)`。只用**真的抽过签、又问到了去留**的投诉：收到的日期在 `first` 到 `last` 之间（两头的整天都算），`severity` 是 1 或 2，`main_bank_before` 为真，`main_bank_after` 不空。只看这四条：撤回的、别的列空着的，也在内。按**抽到哪条通道**分组，不管电话后来打没打。返回字典（或 Series），不要四舍五入：
#
# - `quick`、`usual`：两组各有几件；
# - `effect`：快通道组留下的比例 $p_1$ 减照常组留下的比例 $p_0$；
# - `se`：标准误 $\sqrt{p_1(1-p_1)/n_1 + p_0(1-p_0)/n_0}$。
# %% [markdown] lang="en"
# ## 8 What the lot says (4 points)
#
# From 1 October 2025 on, complaints of severity 1 and 2 are drawn by lot: half of them go to the quick lane (`lane` is `quick`), where a named person must call within two working days; the others go on as usual. A lot does not look at who is in a hurry or angry, so the two groups may be compared as they are.
#
# Write a function `lot_effect(complaints, first, last)`. Use only complaints that **were in the lot and of whom it is known whether they stayed**: received from `first` to `last` (the whole of both days included), `severity` 1 or 2, `main_bank_before` true, `main_bank_after` not empty. These four and no other: withdrawn ones are in, and so is a row with a gap in another column. Group by the **lane that was drawn**, whether or not the call was made. Return a dictionary (or a Series), nothing rounded:
#
# - `quick`, `usual`: how many complaints in each group;
# - `effect`: the share $p_1$ who stayed of the quick lane less the share $p_0$ of the usual one;
# - `se`: the standard error $\sqrt{p_1(1-p_1)/n_1 + p_0(1-p_0)/n_0}$.
# %% task="lot_effect" kind="solution"
def lot_effect(complaints, first, last):
    ### BEGIN SOLUTION
    day = complaints["received_at"].dt.normalize()
    drawn = complaints[
        day.between(first, last)
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    stayed = drawn["main_bank_after"].astype(float).groupby(drawn["lane"])
    share, size = stayed.mean(), stayed.size()
    return {
        "quick": size["quick"],
        "usual": size["usual"],
        "effect": share["quick"] - share["usual"],
        "se": np.sqrt((share * (1 - share) / size).sum()),
    }
    ### END SOLUTION


# %% task="lot_effect" kind="test" points=2
check.defined("lot_effect")


def drawn(
    lane,
    severity,
    stay,
    leave,
    day="2025-11-20 14:00",
    before=True,
    lost=0,
    replied=1,
    result="upheld",
):
    """Complaints alike: how many stayed, left, were not reached."""
    n = stay + leave + lost
    after = [True] * stay + [False] * leave + [pd.NA] * lost
    when = pd.Timestamp(day)
    reply = pd.NaT if replied is None else when + pd.Timedelta(days=replied)
    return pd.DataFrame(
        {
            "received_at": pd.Series([when] * n, dtype="datetime64[ns]"),
            "first_reply_at": pd.Series([reply] * n, dtype="datetime64[ns]"),
            "severity": severity,
            "lane": lane,
            "result": result,
            "main_bank_before": before,
            "main_bank_after": pd.array(after, dtype="boolean"),
        }
    )


def effect_of(table, first, last):
    """What lot_effect says, as a dictionary with the four names."""
    result = lot_effect(table.copy(), pd.Timestamp(first), pd.Timestamp(last))
    check.true(result is not None, "check-none")
    check.true(isinstance(result, (dict, pd.Series)), "lot-shape")
    result = dict(result)
    check.equal(sorted(map(str, result)), ["effect", "quick", "se", "usual"], "lot-shape")
    return result


small = pd.concat(
    [
        drawn("quick", 1, 26, 4),
        drawn("quick", 2, 10, 8, replied=6),
        drawn("quick", 2, 2, 0, day="2026-01-31 23:10"),
        drawn("usual", 1, 21, 9),
        drawn("usual", 2, 9, 11),
        drawn("usual", 3, 5, 35),
        drawn("usual", 1, 44, 6, day="2025-08-20 09:00"),
        drawn("usual", 2, 0, 30, before=False),
        drawn("quick", 1, 0, 0, lost=12),
        drawn("usual", 1, 0, 0, lost=12),
        drawn("usual", 2, 10, 0, day="2026-02-01 00:20"),
    ],
    ignore_index=True,
)
result = effect_of(small, "2025-10-01", "2026-01-31")
sizes = (int(result["quick"]), int(result["usual"]))
check.true(sizes not in [(50, 90), (50, 140), (50, 150)], "lot-severity")
check.true(sizes not in [(50, 100), (50, 110)], "lot-before")
check.true(sizes != (50, 80), "lot-main-bank")
check.true(sizes not in [(62, 62), (62, 102)], "lot-missing")
check.true(sizes[0] != 48, "lot-last-day")
check.equal(sizes, (50, 50), "lot-who")
check.close(result["effect"], 0.16, "lot-effect", atol=1e-9)
right = (0.76 * 0.24 / 50 + 0.6 * 0.4 / 50) ** 0.5
less_one = (0.76 * 0.24 / 49 + 0.6 * 0.4 / 49) ** 0.5
check.true(abs(result["se"] - less_one) > 1e-9, "lot-less-one")
check.true(not any(abs(result["se"] - round(right, k)) < 1e-9 for k in range(2, 7)), "lot-rounded")
check.close(result["se"], right, "lot-error", atol=1e-9)
# %% task="lot_effect" kind="test" points=2
check.defined("lot_effect")


def drawn(
    lane,
    severity,
    stay,
    leave,
    day="2025-11-20 14:00",
    before=True,
    lost=0,
    replied=1,
    result="upheld",
):
    """Complaints alike: how many stayed, left, were not reached."""
    n = stay + leave + lost
    after = [True] * stay + [False] * leave + [pd.NA] * lost
    when = pd.Timestamp(day)
    reply = pd.NaT if replied is None else when + pd.Timedelta(days=replied)
    return pd.DataFrame(
        {
            "received_at": pd.Series([when] * n, dtype="datetime64[ns]"),
            "first_reply_at": pd.Series([reply] * n, dtype="datetime64[ns]"),
            "severity": severity,
            "lane": lane,
            "result": result,
            "main_bank_before": before,
            "main_bank_after": pd.array(after, dtype="boolean"),
        }
    )


def effect_of(table, first, last):
    """What lot_effect says, as a dictionary with the four names."""
    result = lot_effect(table.copy(), pd.Timestamp(first), pd.Timestamp(last))
    check.true(result is not None, "check-none")
    check.true(isinstance(result, (dict, pd.Series)), "lot-shape")
    result = dict(result)
    check.equal(sorted(map(str, result)), ["effect", "quick", "se", "usual"], "lot-shape")
    return result


small = pd.concat(
    [
        drawn("quick", 1, 8, 4, day="2025-11-10 00:20"),
        drawn("quick", 2, 5, 1, result="withdrawn"),
        drawn("quick", 1, 4, 2, replied=None),
        drawn("usual", 1, 10, 6, day="2025-11-30 23:40"),
        drawn("usual", 2, 3, 3, result="withdrawn"),
        drawn("usual", 1, 5, 3, replied=None),
        drawn("quick", 2, 7, 0, day="2025-11-09 23:50"),
        drawn("usual", 1, 20, 0, day="2025-10-05 10:00"),
        drawn("usual", 2, 9, 0, day="2025-12-01 00:10"),
    ],
    ignore_index=True,
)
result = effect_of(small, "2025-11-10", "2025-11-30")
sizes = (int(result["quick"]), int(result["usual"]))
check.true(sizes[0] != 31, "lot-given")
check.true(sizes[0] != 12 or sizes[1] != 30, "lot-first-day")
check.true(sizes != (18, 24), "lot-withdrawn")
check.true(sizes not in [(18, 22), (12, 16)], "lot-dropna")
check.equal(sizes, (24, 30), "lot-who")
check.close(result["effect"], 17 / 24 - 0.6, "lot-effect", atol=1e-9)
check.close(result["se"], (17 * 7 / 24**3 + 0.24 / 30) ** 0.5, "lot-error", atol=1e-9)
result = effect_of(complaints, "2025-10-01", "2026-02-28")
check.true(0 < result["se"] < 1, "lot-error")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(47)
hidden_n = 900
hidden_table = pd.DataFrame(
    {
        "complaint_id": np.arange(hidden_n),
        "received_at": pd.Timestamp("2025-08-01")
        + pd.to_timedelta(hidden_rng.integers(0, 300 * 24 * 60, hidden_n), unit="min"),
        "severity": hidden_rng.choice([1, 2, 3], hidden_n, p=[0.5, 0.35, 0.15]),
        "lane": hidden_rng.choice(["quick", "usual"], hidden_n, p=[0.4, 0.6]),
        "main_bank_before": hidden_rng.random(hidden_n) < 0.8,
        "main_bank_after": pd.array(
            np.where(hidden_rng.random(hidden_n) < 0.7, True, False), dtype="boolean"
        ),
    }
)
hidden_table["first_reply_at"] = hidden_table["received_at"] + pd.to_timedelta(
    hidden_rng.integers(60, 9 * 24 * 60, hidden_n), unit="min"
)
hidden_table.loc[hidden_rng.random(hidden_n) < 0.25, "main_bank_after"] = pd.NA
hidden_table["result"] = hidden_rng.choice(["upheld", "withdrawn", None], hidden_n)
for hidden_first, hidden_last in (("2025-10-01", "2026-02-28"), ("2025-11-11", "2025-12-31")):
    hidden_counts = {"quick": [0, 0], "usual": [0, 0]}
    for hidden_row in hidden_table.to_dict("records"):
        hidden_date = str(hidden_row["received_at"].date())
        if (
            hidden_first <= hidden_date <= hidden_last
            and hidden_row["severity"] < 3
            and hidden_row["main_bank_before"]
            and pd.notna(hidden_row["main_bank_after"])
        ):
            hidden_counts[hidden_row["lane"]][bool(hidden_row["main_bank_after"])] += 1
    (hidden_left1, hidden_stay1), (hidden_left0, hidden_stay0) = hidden_counts.values()
    hidden_n1, hidden_n0 = hidden_left1 + hidden_stay1, hidden_left0 + hidden_stay0
    hidden_got = effect_of(hidden_table, hidden_first, hidden_last)
    check.equal(
        (int(hidden_got["quick"]), int(hidden_got["usual"])), (hidden_n1, hidden_n0), "lot-who"
    )
    check.close(
        hidden_got["effect"],
        hidden_stay1 / hidden_n1 - hidden_stay0 / hidden_n0,
        "lot-effect",
        atol=1e-9,
    )
    check.close(
        hidden_got["se"],
        (hidden_stay1 * hidden_left1 / hidden_n1**3 + hidden_stay0 * hidden_left0 / hidden_n0**3)
        ** 0.5,
        "lot-error",
        atol=1e-9,
    )


### END HIDDEN TESTS
# %% [markdown] task="lot_effect" kind="hint" level=1 lang="zh"
# 严重程度 3 的投诉没有抽过签，它们都在“照常”里。把它们算进对照组，会让快通道显得更好还是更差？2025 年 8 月收到的呢？
# %% [markdown] task="lot_effect" kind="hint" level=1 lang="en"
# Complaints of severity 3 were never in the lot, yet all of them say `usual`. If you count them as the comparison, does the quick lane look better or worse than it is? And those received in August 2025?
# %% [markdown] task="lot_effect" kind="hint" level=2 lang="zh"
# 四个条件用 `&` 连起来筛一次。日期先 `.dt.normalize()` 再比，最后一天深夜收到的才不会漏。没问到的人是空，不是“走了”。
# %% [markdown] task="lot_effect" kind="hint" level=2 lang="en"
# Join four conditions with `&` and filter once. Compare dates after `.dt.normalize()`, so that a complaint late on the last day is not lost. Somebody who was not reached has no value; that is not the same as having left.
# %% [markdown] task="lot_effect" kind="hint" level=3 lang="zh"
# 把 `main_bank_after` 换成小数，按 `lane` 分组，`.mean()` 和 `.size()` 各有两个数。`se` 这样算：每组拿比例乘以（1 减比例），除以件数，两组相加，再开平方。用 `.var()` 或 `.sem()` 的话，要写 `ddof=0`。
# %% [markdown] task="lot_effect" kind="hint" level=3 lang="en"
# Group `main_bank_after`, as floats, by `lane`: `.mean()` and `.size()` hold two numbers each. `se` is share × (1 − share) ÷ number, added over both groups, and the square root of that. With `.var()` or `.sem()`, say `ddof=0`.
# %% task="lot_effect" kind="probe" expect="fail" message="lot-severity" name="those who were never in the lot"
def lot_effect(complaints, first, last):
    day = complaints["received_at"].dt.normalize()
    t = complaints[
        day.between(first, last)
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.mean() * (1 - a.mean()) / len(a) + b.mean() * (1 - b.mean()) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-before" name="complaints from before the pilot"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] < last + pd.Timedelta(days=1))
        & (complaints["severity"] <= 2)
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.mean() * (1 - a.mean()) / len(a) + b.mean() * (1 - b.mean()) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-missing" name="not reached taken for gone"
def lot_effect(complaints, first, last):
    day = complaints["received_at"].dt.normalize()
    t = complaints[
        day.between(first, last) & (complaints["severity"] <= 2) & complaints["main_bank_before"]
    ]
    t = t.assign(stay=t["main_bank_after"].fillna(False).astype(float))
    a, b = (t.loc[t["lane"] == lane, "stay"] for lane in ("quick", "usual"))
    se = (a.mean() * (1 - a.mean()) / len(a) + b.mean() * (1 - b.mean()) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-last-day" name="the last day ends at midnight"
def lot_effect(complaints, first, last):
    t = complaints[
        complaints["received_at"].between(first, last)
        & (complaints["severity"] <= 2)
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.mean() * (1 - a.mean()) / len(a) + b.mean() * (1 - b.mean()) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-who" name="grouped by whether the call came in time"
def lot_effect(complaints, first, last):
    day = complaints["received_at"].dt.normalize()
    t = complaints[
        day.between(first, last)
        & (complaints["severity"] <= 2)
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    soon = t["first_reply_at"] - t["received_at"] <= pd.Timedelta(days=2)
    a = t.loc[soon & (t["lane"] == "quick"), "main_bank_after"].astype(float)
    b = t.loc[~(soon & (t["lane"] == "quick")), "main_bank_after"].astype(float)
    se = (a.mean() * (1 - a.mean()) / len(a) + b.mean() * (1 - b.mean()) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-error" name="pooled spread, root taken of the sizes together"
def lot_effect(complaints, first, last):
    day = complaints["received_at"].dt.normalize()
    t = complaints[
        day.between(first, last)
        & (complaints["severity"] <= 2)
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    p = t["main_bank_after"].astype(float).mean()
    return {
        "quick": len(a),
        "usual": len(b),
        "effect": a.mean() - b.mean(),
        "se": (p * (1 - p) / len(t)) ** 0.5,
    }


# %% task="lot_effect" kind="probe" expect="fail" message="lot-main-bank" name="customers of other banks too"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-less-one" name="n less one"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-rounded" name="rounded to four digits"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {
        "quick": len(a),
        "usual": len(b),
        "effect": round(a.mean() - b.mean(), 4),
        "se": round(se, 4),
    }


# %% task="lot_effect" kind="probe" expect="fail" message="lot-given" name="the first day written in"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= pd.Timestamp("2025-10-01"))
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-first-day" name="begins on the day after"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first + pd.Timedelta(days=1))
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-withdrawn" name="withdrawn ones left out"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["result"].ne("withdrawn")
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-dropna" name="every row with a gap dropped"
def lot_effect(complaints, first, last):
    complaints = complaints.dropna()
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return {"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}


# %% task="lot_effect" kind="probe" expect="fail" message="lot-shape" name="a table of one row"
def lot_effect(complaints, first, last):
    t = complaints[
        (complaints["received_at"] >= first)
        & (complaints["received_at"] < last + pd.Timedelta(days=1))
        & complaints["severity"].isin([1, 2])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    a = t.loc[t["lane"] == "quick", "main_bank_after"].astype(float)
    b = t.loc[t["lane"] == "usual", "main_bank_after"].astype(float)
    se = (a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b)) ** 0.5
    return pd.DataFrame(
        [{"quick": len(a), "usual": len(b), "effect": a.mean() - b.mean(), "se": se}]
    )


# %% task="lot_effect" kind="probe" expect="pass" name="query step by step, variances of numpy"
def lot_effect(complaints, first, last):
    t = complaints.dropna(subset=["main_bank_after"])
    t = t[t["main_bank_before"] & (t["severity"] != 3)]
    t = t[(t["received_at"] >= first) & (t["received_at"] < last + pd.DateOffset(days=1))]
    by_lane = {
        lane: part["main_bank_after"].to_numpy(dtype=float) for lane, part in t.groupby("lane")
    }
    a, b = by_lane["quick"], by_lane["usual"]
    return {
        "effect": np.mean(a) - np.mean(b),
        "se": np.hypot(np.std(a) / np.sqrt(len(a)), np.std(b) / np.sqrt(len(b))),
        "quick": len(a),
        "usual": len(b),
    }


# %% task="lot_effect" kind="probe" expect="pass" name="counted by a loop, a Series"
def lot_effect(complaints, first, last):
    stay, size = {"quick": 0, "usual": 0}, {"quick": 0, "usual": 0}
    for row in complaints.itertuples():
        if row.severity > 2 or not row.main_bank_before or pd.isna(row.main_bank_after):
            continue
        if first.date() <= row.received_at.date() <= last.date():
            size[row.lane] += 1
            stay[row.lane] += int(row.main_bank_after)
    p1, p0 = stay["quick"] / size["quick"], stay["usual"] / size["usual"]
    se = (p1 * (1 - p1) / size["quick"] + p0 * (1 - p0) / size["usual"]) ** 0.5
    return pd.Series({"quick": size["quick"], "usual": size["usual"], "effect": p1 - p0, "se": se})


# %% [markdown] lang="zh"
# 下面这一格把你的函数连起来，用在全行的数据上。写论述题之前先看看它的结果；它不计分；哪个函数还没写完或者出了错，它就停在那里，写出函数的名字。第一张表的 `late` 加 `overdue`，就是实验第 5 步“不查停表有没有告知”的那个数。最后几行分别是：全部有定论的投诉，先是件数，再是赔与不赔的差；只看银行有错（`upheld`、`partly`）的；抽签的结果和大致的 95% 区间。
# %% [markdown] lang="en"
# The next cell strings your functions together on the data of the whole bank. Look at its result before you write the essay; it gives no points, and where a function is not written yet or fails it stops and names it. In its first table `late` and `overdue` together are the number that step 5 of the lab gives for the reading that does not ask for notice of a stop. Its last lines are: all complaints with a decision, first how many, then the difference of redress or none; the same where the bank was at fault (`upheld`, `partly`); and the lot with a rough 95% interval.
# %%
try:
    extension = complaints.set_index("complaint_id")["extension"]
    last_days = {
        number: pd.Timestamp(running_clock(steps.copy(), extension[number])).normalize()
        for number, steps in events.groupby("complaint_id")
    }
    last_days = pd.Series(last_days, name="due").rename_axis("complaint_id")
    word = check.frame(standing(complaints.copy(), last_days, TODAY), ["standing"], "complaint_id")
    print(word["standing"].value_counts().to_string(), "\n")

    desk = check.frame(
        backlog(complaints.copy(), pd.Timestamp("2025-01-01"), TODAY), ["open"], "day"
    )
    print(desk.set_index("day")["open"].nlargest(3).to_string(), "\n")
    for by in ("count", "redress"):
        print(pd.DataFrame(pareto(complaints.copy(), by)).head(4).round(2).to_string(), "\n")

    ended = complaints[
        complaints["result"].isin(["upheld", "partly", "rejected"])
        & complaints["main_bank_before"]
        & complaints["main_bank_after"].notna()
    ]
    ended = ended.assign(
        paid=ended["redress_cents"] > 0, stayed=ended["main_bank_after"].astype(bool)
    )
    for part in (ended, ended[ended["result"] != "rejected"]):
        print(len(part), {name: round(float(x), 3) for name, x in dict(redress_gap(part)).items()})
    when = (pd.Timestamp("2025-10-01"), pd.Timestamp("2026-02-28"))
    lot = dict(lot_effect(complaints.copy(), *when))
    low, high = (lot["effect"] + sign * 1.96 * lot["se"] for sign in (-1, 1))
    print({"quick": int(lot["quick"]), "usual": int(lot["usual"])})
    print(
        {name: round(float(lot[name]), 3) for name in ("effect", "se")},
        round(low, 3),
        round(high, 3),
    )
except Exception as error:
    passed = [step.name for step in traceback.extract_tb(error.__traceback__)]
    mine = ("running_clock", "standing", "backlog", "pareto", "redress_gap", "lot_effect")
    print("…", *[name for name in mine if name in passed], repr(error))


# %% [markdown] lang="zh"
# ## 9 答副行长（5 分，由教师评阅）
#
# 用不超过 300 字答方维的两个问题：要不要停掉赔付，快通道下月要不要铺开。写明你的数字从哪一组人来、有多大的不确定（抽签写区间；赔付的差本练习没有算区间，写它靠多少件投诉，并说没有算）；还有什么看不见；下一步怎样才能查清。评分看三条：决定有没有用对的比较来支持，有没有老实说清不确定和看不见的，怎样检验。论述题没有提示。
# %% [markdown] lang="en"
# ## 9 Answer the vice-president (5 points, graded by the instructor)
#
# In at most 200 words answer Fang Wei's two questions: should redress be stopped, and should the quick lane go to the whole bank next month? Say on whom your figures rest and how uncertain they are (for the lot, its interval; for redress this exercise computes none, so give the number of complaints and say so), what they cannot show, and what would settle it. Three things are graded: whether the decision rests on the right comparison, whether you are honest about uncertainty and what stays unseen, and how you would test it. The essay has no hints.
# %% [markdown] task="answer" kind="essay" points=5
# 在这里写你的答案。 / Write your answer here.
