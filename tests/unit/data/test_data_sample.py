"""The committed sample: made by the code, described, checked, zipped."""

import hashlib
import json
import shutil
import zipfile

import pytest
from frictionless import Package

from casebank.data import TABLES, load, make_sample, zip_datasets
from casebank.data.segments import NAMES
from casebank.errors import CasebankError, ContentError, UsageError


@pytest.fixture
def copy(datasets, tmp_path):
    return shutil.copytree(datasets, tmp_path / "datasets")


def test_committed_files_are_what_the_code_makes(datasets):
    """Is the sample in git the simulator's, byte by byte?"""
    assert make_sample(datasets, check=True) == []


def test_a_changed_file_is_found_and_mended(copy):
    """Does the check fail on a changed number, and does making it again mend only that file?"""
    path = copy / "accounts.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"savings", b"sawings", 1))
    with pytest.raises(ContentError, match=r"accounts\.csv"):
        make_sample(copy, check=True)
    assert make_sample(copy) == [path]
    assert path.read_bytes() == good


def test_a_missing_file_is_found(copy):
    """Does the check name a file that is not there?"""
    (copy / "interactions.csv").unlink()
    with pytest.raises(ContentError, match=r"interactions\.csv"):
        make_sample(copy, check=True)


def test_progress_is_told(copy):
    """Is the caller told how far it is?"""
    told = []
    make_sample(copy, progress=lambda *args: told.append(args))
    steps = len(TABLES) + 1
    assert told[-1][:2] == (steps, steps)


def test_the_tables_are_small_enough_for_a_repository(datasets):
    """Do all tables together fit into 5 MB, with room for another?"""
    assert sum((datasets / f"{name}.csv").stat().st_size for name in TABLES) <= 4_500_000


#: The tables of the first lesson, as they were before there were others.
FIRST = {
    "customers": "5b42c20d734186d2b1651214d1794acc028a2ff37fdc4b6671fdf1dba2eb8f40",
    "accounts": "f78800959acb123a0b3bef355fc10b175822477e3ca9cd3b7e8ea5a4aeedf1a2",
    "transactions": "f54298f336984af1b98aa31a24950dc43e27148d115290bf41a6d644d3a4fdde",
    "interactions": "9a0daa02b91f454dddcb823fcee853e9c9bfd6ea93fef18dc27e82a2b527ad61",
}


@pytest.mark.parametrize("name", FIRST)
def test_a_new_table_changed_no_byte_of_the_first(datasets, name):
    """Do the numbers in the first lesson still stand on the same data?"""
    content = (datasets / f"{name}.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FIRST[name]


def test_checksums_and_rows(datasets):
    """Does datapackage.json tell the truth about bytes, rows and checksums?"""
    package = json.loads((datasets / "datapackage.json").read_text("utf-8"))
    assert [r["name"] for r in package["resources"]] == list(TABLES)
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["seed"] == 20260630
    for resource in package["resources"]:
        content = (datasets / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["bytes"] == len(content)
        assert resource["rows"] == content.count(b"\n") - 1


def test_frictionless_accepts_the_package(datasets):
    """Is every cell what the schema says, and every key found?"""
    report = Package(datasets / "datapackage.json").validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("accounts", b",savings,", b",saving,"),
        ("interactions", b",1002,", b",9999,"),
        ("customers", b",true,", b",maybe,"),
    ],
)
def test_frictionless_refuses_a_broken_table(copy, table, old, new):
    """Would a wrong word, a lost customer or a bad truth value be noticed?"""
    path = copy / f"{table}.csv"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert not Package(copy / "datapackage.json").validate().valid


def test_every_field_is_described_in_both_languages(datasets):
    """Has each table and each field a text in Chinese and in English?"""
    package = json.loads((datasets / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        for record in (resource, *resource["schema"]["fields"]):
            assert record["description"].isascii()
            assert not record["description_zh"].isascii()


def test_the_truth_is_not_among_the_data(datasets):
    """Does no published file name a latent segment?"""
    secret = [name for name in NAMES if name not in ("student", "family", "counter", "wealth")]
    for name in TABLES:
        # What customers write may hold any word, and a team is called wealth.
        table = load(name, datasets).drop(columns=["text_zh", "text_en", "team", "actor"],
                                          errors="ignore")  # fmt: skip
        text = table.to_csv()
        assert not any(name in text for name in NAMES if name != "student"), name
    text = (datasets / "datapackage.json").read_text("utf-8")
    assert not any(name in text for name in secret)


def test_load_names_the_nearest_table(datasets, tmp_path):
    """Does a misspelt or missing table lead to a sentence that helps?"""
    with pytest.raises(UsageError, match="Did you mean 'accounts'"):
        load("acounts", datasets)
    with pytest.raises(CasebankError, match="missing"):
        load("accounts", tmp_path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_zip_is_the_same_each_time(datasets, tmp_path, lang):
    """Are two zips equal, and is all in them, in one language?"""
    one = zip_datasets(datasets, tmp_path / "one.zip", lang)
    two = zip_datasets(datasets, tmp_path / "two.zip", lang)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = {n.split("/", 1)[1] for n in archive.namelist()}
        readme = archive.read("lanchuan-bank/README.md").decode()
        card = archive.read("lanchuan-bank/README-accounts.md").decode()
        assert archive.testzip() is None
    assert {f"{t}.csv" for t in TABLES} | {"datapackage.json", "README.md"} <= names
    assert "{{" not in readme + card and "{#" not in readme + card and ":::" not in readme
    assert readme.startswith("# 澜川银行" if lang == "zh" else "# Lanchuan Bank")
