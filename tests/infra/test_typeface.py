"""The site's typeface is what `make typeface` makes of the locked package."""

from fontTools.ttLib import TTFont

from infra import typeface


def test_the_stored_files_are_made_of_the_locked_package() -> None:
    made = typeface.subset()
    assert {name: (typeface.ASSETS / name).read_bytes() for name in made} == made


def test_it_has_the_letters_of_canadian_names_figures_of_one_width_and_its_licence() -> None:
    font = TTFont(typeface.ASSETS / "public-sans.woff2")
    assert frozenset(map(ord, "ÀÂÇÉÈÊËÎÏÔŒÙÛÜàâçéèêëîïôœùûüÿ«»’–m³°")) <= frozenset(
        font.getBestCmap()
    )
    assert "tnum" in {one.FeatureTag for one in font["GSUB"].table.FeatureList.FeatureRecord}
    assert any("SIL Open Font License" in str(one) for one in font["name"].names)
    more = TTFont(typeface.ASSETS / "public-sans-ext.woff2")
    assert frozenset(map(ord, "ąćęłńóśźżČĎŠŽğŞșț")) <= frozenset(font.getBestCmap()) | frozenset(
        more.getBestCmap()
    )
