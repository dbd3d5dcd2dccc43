"""What Python in a browser cannot do is said in one sentence, and nothing freezes or is lost."""

from __future__ import annotations

import pytest
from test_lite_pages import (
    WAIT,
    check,
    site,  # noqa: F401  (the site with browser labs takes the place of the plain one)
    source,
    start,
    work,
    write,
)

pytestmark = pytest.mark.xdist_group("lite")
CELL = "behaviour-solution"
OUTPUT = f"""() => casebankInside.json().cells.find(c => c.id === "{CELL}").outputs
    .map(o => [].concat(o.text ?? o.data?.["text/plain"] ?? [o.ename, o.evalue].join(" ")).join(""))
    .join("")"""


def run(frame, code: str) -> str:
    """Type into the cell, run it, and give what it shows."""
    write(frame, CELL, code)
    frame.page.keyboard.press("Control+Enter")
    # Long enough for any cell to begin.
    frame.page.wait_for_timeout(400)
    frame.wait_for_function("!casebankInside.busy()", timeout=WAIT)
    frame.page.wait_for_timeout(200)
    return frame.evaluate(OUTPUT)


def test_limits_are_said(site, opened):  # noqa: F811
    """Are input, commands, installing, a flood of output and an endless loop all survived?"""
    seen = opened(work("zh"))
    page = seen.page
    frame = start(page)
    said = run(frame, "name = input('name?')")
    assert "不能用 input()" in said and "does not work in the browser" in said
    assert "没有命令行" in run(frame, "!pip install polars")
    assert "不能安装软件包" in run(frame, "%pip install polars")
    flood = run(frame, "for i in range(100_000):\n    print(i, 'x' * 50)")
    assert "输出太长" in flood and flood.count("输出太长") == 1
    assert 90_000 < len(flood) < 150_000
    # The order of what is printed, shown and returned stays.
    mixed = run(frame, "print('a')\ndisplay('b')\nprint('c')\n'd'")
    assert [mixed.index(x) for x in "abcd"] == sorted(mixed.index(x) for x in "abcd"), mixed
    # The count begins anew with each cell.
    assert run(frame, "print('again')") == "again\n"
    write(frame, CELL, "import time\ntime.sleep(2)")
    page.keyboard.press("Control+Enter")
    frame.wait_for_function("casebankInside.busy()", timeout=5000)
    page.click("[data-do=check]")
    assert "正在运行" in page.inner_text(".cbw-told")
    frame.wait_for_function("!casebankInside.busy()", timeout=WAIT)
    # A check runs what was written and not run, and tells where it had to be stopped.
    assert "behaviour" in check(page)
    write(frame, CELL, "while True:\n    pass")
    page.click("[data-do=check]")
    page.wait_for_selector(".cbw-told button", timeout=40_000)
    assert "20 秒" in page.inner_text(".cbw-told")
    page.click(".cbw-told button")
    page.wait_for_function(
        "document.querySelector('.cbw-told').textContent.includes('已重新启动')", timeout=WAIT
    )
    report = page.inner_text(".cbw-report")
    assert "自查停在下面这一格" in report and "while True:" in report
    assert source(frame, CELL).startswith("while True")
    write(frame, CELL, "1 + 1")
    assert "behaviour" in check(page)
