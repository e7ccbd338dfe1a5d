"""Make the fonts of ``crmlib/report/fonts``: a subset of Noto Sans CJK SC under a name of its own.

Run by hand, with fontTools and Debian's package fonts-noto-cjk (its README has the commands); nothing imports it.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parents[1] / "crmlib" / "report" / "fonts"
SOURCE = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
SIMPLIFIED_CHINESE = 2
FAMILY = "Crmlib Sans SC"


def rows(first: int, last: int) -> str:
    """Characters of rows of GB 2312, the Chinese national standard; rows 16 to 55 are its 3,755 most common."""
    codes = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, last + 1) for cell in range(1, 95))
    return "".join(code.decode("gb2312", errors="ignore") for code in codes)


def characters() -> str:
    """Latin, signs, full-width forms, Greek, the common characters, and those frequent in names of firms and places."""
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
    signs = "‐‑–—‘’“”†•…‰′″€™−∂∆∏∑√∞≈≠≤≥←↑→↓■□▲△▼▽●○◆◇★☆✓"
    names = (HERE / "characters.txt").read_text(encoding="utf-8")
    return latin + signs + rows(1, 3) + rows(6, 6) + rows(16, 55) + names


def make(weight: str) -> None:
    """Write one weight; the family is renamed so that it is never taken for the original."""
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE, hinting=False, layout_features=["kern"], name_IDs=["*"], notdef_outline=True,
        drop_tables=["vhea", "vmtx", "VORG", "BASE"],
    )  # fmt: skip
    font = subset.load_font(SOURCE.format(weight=weight), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    rename(font, weight)
    subset.save_font(font, str(HERE / f"CrmlibSansSC-{weight}.otf"), options)


def rename(font: TTFont, weight: str) -> None:
    """Give a font its family name; copyright and licence stay."""
    names = {1: FAMILY, 2: weight, 3: f"CrmlibSansSC-{weight}", 4: f"{FAMILY} {weight}", 6: f"CrmlibSansSC-{weight}"}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
    cff = font["CFF "].cff
    cff.fontNames = [names[6]]
    cff.topDictIndex[0].FamilyName, cff.topDictIndex[0].FullName = FAMILY, names[4]


if __name__ == "__main__":
    for each in ("Regular", "Bold"):
        make(each)
