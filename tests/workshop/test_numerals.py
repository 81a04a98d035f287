"""French figures: what is read, what is refused, and that no digit is passed over."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop.numerals import LONGEST_TOKEN, FigureError, find_figures, parse_figure

READ = [
    # token, values, scale, comparison
    ("plus de 20 000", (20_000,), "number", "at least"),
    ("près de 30%", (30,), "percent", "about"),
    ("moins de 100 000", (100_000,), "number", "at most"),
    ("pas moins de 15", (15,), "number", "at least"),
    ("pas plus de 15", (15,), "number", "at most"),
    ("environ 100 millions", (1e8,), "number", "about"),
    ("pratiquement 240 000", (240_000,), "number", "about"),
    ("au moins 2 millions", (2e6,), "number", "at least"),
    ("+ de 20 000", (20_000,), "number", "at least"),
    ("30 minutes maximum", (30,), "number", "at most"),
    ("50 ans et plus", (50,), "number", "at least"),
    ("supérieur à 500 000", (500_000,), "number", "at least"),
    ("multipliées par 3", (3,), "ratio", "equal"),
    ("divisé par 2", (0.5,), "ratio", "equal"),
    ("doublé", (2,), "ratio", "equal"),
    ("triplent", (3,), "ratio", "equal"),
    ("quadruplé", (4,), "ratio", "equal"),
    ("baisse de 20%", (-20,), "percent", "equal"),
    ("baisse de plus de 20 %", (-20,), "percent", "at least"),
    ("baisse de seulement 0,2", (-0.2,), "number", "equal"),
    ("baisse de 10 à 20 %", (-20, -10), "percent", "range"),
    ("+8,7%", (8.7,), "percent", "equal"),
    ("-20 %", (-20,), "percent", "equal"),
    ("moins 20 %", (-20,), "percent", "equal"),
    ("200 à 300 millions", (2e8, 3e8), "number", "range"),
    ("500 000 à 1 million", (5e5, 1e6), "number", "range"),
    ("16 à 30 ans", (16, 30), "number", "range"),
    ("un à deux ans", (1, 2), "number", "range"),
    ("Entre 2008 et 2018", (2008, 2018), "number", "range"),
    ("deux semaines à", (2,), "number", "equal"),
    ("1,8 milliards", (1.8e9,), "number", "equal"),
    ("29,1 milliards", (29.1e9,), "number", "equal"),
    ("près d’1 internaute sur 2", (0.5,), "fraction", "about"),
    ("un client sur deux", (0.5,), "fraction", "equal"),
    ("8 consommateurs sur 10", (0.8,), "fraction", "equal"),
    ("plus de 8 consommateurs", (8,), "number", "at least"),
    ("7 des 10", (0.7,), "fraction", "equal"),
    ("une des deux", (2,), "number", "equal"),
    ("deux tiers", (2 / 3,), "fraction", "equal"),
    ("un tiers", (1 / 3,), "fraction", "equal"),
    ("deux cinquièmes", (0.4,), "fraction", "equal"),
    ("plus de la moitié", (0.5,), "fraction", "at least"),
    ("plus du quart", (0.25,), "fraction", "at least"),
    ("un million cinq cent mille", (1.5e6,), "number", "equal"),
    ("million cinq cent mille", (1.5e6,), "number", "equal"),
    ("plus d’une centaine", (100,), "number", "at least"),
    ("une dizaine", (10,), "number", "about"),
    ("deux douzaines", (24,), "number", "about"),
    ("des centaines", (200,), "number", "at least"),
    ("plusieurs milliers", (2000,), "number", "at least"),
    ("centaines de milliers", (200_000,), "number", "at least"),
    ("1/9/90", (1, 9, 90), "ratio", "equal"),
    ("n°1", (1,), "ordinal", "equal"),
    ("1ère", (1,), "ordinal", "equal"),
    ("1er", (1,), "ordinal", "equal"),
    ("3e", (3,), "ordinal", "equal"),
    ("6ème", (6,), "ordinal", "equal"),
    ("deuxième", (2,), "ordinal", "equal"),
    ("vingt et unième", (21,), "ordinal", "equal"),
    ("19h00", (19,), "time", "equal"),
    ("19h30", (19.5,), "time", "equal"),
    ("24h", (24,), "time", "equal"),
    ("45 millisecondes", (45,), "number", "equal"),
    ("1 000 000 $", (1e6,), "number", "equal"),
    ("54’000", (54_000,), "number", "equal"),
    ("54'000", (54_000,), "number", "equal"),
    ("2.0", (2,), "number", "equal"),
    ("2019", (2019,), "number", "equal"),
    ("12 345,678", (12_345.678,), "number", "equal"),
    ("0,125", (0.125,), "number", "equal"),
    ("cent pour cent", (100,), "percent", "equal"),
]

REFUSED = [
    # token, a part of the reason
    ("1.234", "decimal number or thousands"),
    ("1,234", "decimal number or thousands"),
    ("1,234 million", "decimal number or thousands"),
    ("12 34", "2 figures"),
    ("1,2,3", "more than one decimal sign"),
    ("1.234.567", "more than one decimal sign"),
    ("10 000 00", "parted in threes"),
    ("1 000’000", "parted in threes"),
    ("0 123", "parted in threes"),
    ("20-30", "joins numbers"),
    ("20–30", "joins numbers"),
    ("1/2", "joins numbers"),
    ("10:30", "joins numbers"),
    ("2/9/90", "joins numbers"),
    ("20/05/2019", "date"),
    ("10/02", "date"),
    ("2017-02-23", "date"),
    ("- 20 %", "minus sign"),
    ("–20 %", "unclear"),
    ("±5", "unclear"),
    ("5 ‰", "neither 0 to 9 nor %"),
    ("1995²", "neither 0 to 9 nor %"),
    ("3½", "neither 0 to 9 nor %"),
    ("123RF", "part of a word"),
    ("COVID-19", "part of a word"),
    ("10M", "part of a word"),
    ("10 M€", "abbreviates"),
    ("1234567890123456", "more digits"),
    ("vingt un", "“un”"),
    ("un ou deux ans", "two numbers"),
    ("deux ou trois", "2 figures"),
    ("passe de 5 à 10 %", "2 figures"),
    ("30 à 20 ans", "no range"),
    ("10 % à 20", "no range"),
    ("un dixième", "fraction or a rank"),
    ("une quarantaine", "isolation"),
    ("au moins 5 maximum", "at least"),
    ("2013 à 8 mois", "no range"),
    ("majorité", "no figure"),
    ("une première", "no figure"),
    ("secondaire", "no figure"),
    ("multiplication", "no figure"),
    ("unique", "no figure"),
    ("", "no figure"),
]


@pytest.mark.parametrize(("token", "values", "scale", "comparison"), READ)
def test_reads(token, values, scale, comparison):
    figure = parse_figure(token)
    assert figure.values == values
    assert (figure.scale, figure.comparison) == (scale, comparison)


@pytest.mark.parametrize(("token", "reason"), REFUSED)
def test_refuses(token, reason):
    with pytest.raises(FigureError) as caught:
        parse_figure(token)
    assert reason in str(caught.value)
    assert f"“{token}”" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("En mai 2020, 300 amis", ["2020", "300"]),
        ("Covid_19, eCAC40 et 10M", ["Covid_19", "eCAC40", "10M"]),
        ("@robynhfrost est une première", []),
        ("image-2017-02-23-a-07-08-25", ["image-2017-02-23", "a-07-08-25"]),
        ("photo-365x450Rabat-joie", ["photo-365x450Rabat"]),
        ("5 des 12 et 98 % des 100", ["5 des 12", "98 %", "100"]),
        ("trois articles sur 7 sites", ["trois", "7"]),
        ("les tiers et un tiers", ["un tiers"]),
        ("le 20/05/2019 à 19h00", ["20/05/2019", "19h00"]),
        ("plus d’un million deux", ["million deux"]),
        ("DoubleTree, domaine, sixte", []),
        ("5" * 60, ["5" * 25, "5" * 25, "5" * 10]),
    ],
)
def test_lists_the_figures_of_a_line(line, expected):
    assert [figure.text for figure in find_figures(line)] == expected


# An independent writer: numbers as the French spelling rules form them, from small to large.

ONES = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
ONES += " seize dix-sept dix-huit dix-neuf"
TENS = "vingt trente quarante cinquante soixante"


def write_below_100(number: int) -> str:
    ones = ONES.split()
    if number < 20:
        return ones[number]
    if number < 80:
        ten = min(number // 10, 6)
        name, rest = TENS.split()[ten - 2], number - 10 * ten
        if rest in (1, 11):
            return f"{name} et {ones[rest]}"
        return f"{name}-{ones[rest]}" if rest else name
    return f"quatre-vingt-{ones[number - 80]}" if number > 80 else "quatre-vingts"


def write(number: int) -> str:
    if number >= 1000:
        head = "mille" if number < 2000 else f"{write(number // 1000).removesuffix('s')} mille"
        head = head.replace("troi mille", "trois mille")
        return f"{head} {write(number % 1000)}" if number % 1000 else head
    if number >= 100:
        head = "cent" if number < 200 else f"{ONES.split()[number // 100]} cent"
        rest = number % 100
        return f"{head} {write_below_100(rest)}" if rest else head + "s" * (number >= 200)
    return write_below_100(number)


def test_the_writer_itself():
    known = {71: "soixante et onze", 80: "quatre-vingts", 91: "quatre-vingt-onze"}
    known |= {200: "deux cents", 1000: "mille", 3000: "trois mille"}
    known |= {80_021: "quatre-vingt mille vingt et un"}
    assert {number: write(number) for number in known} == known


numbers = st.integers(0, 999_999).filter(lambda number: number != 1)
spaces = st.sampled_from([" ", "\u00a0", "\u2009", "\u202f"])


@given(numbers, st.sampled_from(["-", " "]), spaces)
@example(80_000, "-", " ")
@example(1_021, "-", " ")
def test_number_words_come_back(number, hyphen, space):
    words = write(number).replace("-", hyphen).replace(" ", space)
    for printed in (words, words.capitalize(), words.upper()):
        assert parse_figure(printed).values == (number,)


@given(numbers, st.sampled_from([("million", 10**6), ("milliard", 10**9)]))
def test_number_words_multiply(number, multiplier):
    noun, factor = multiplier
    if number == 0 or number * factor > 10**15:
        return
    assert parse_figure(f"{write(number)} {noun}s").values == (number * factor,)


@given(
    st.integers(0, 10**9),
    st.integers(0, 99),
    st.sampled_from([" ", "\u00a0", "\u2009", "\u202f", "'", "’", ""]),
    st.sampled_from(["", ",5", ",05", ".5"]),
    st.sampled_from([("", 1), (" mille", 10**3), (" millions", 10**6), (" milliards", 10**9)]),
)
def test_digits_come_back(whole, cents, parting, decimals, multiplier):
    printed = f"{whole:,}".replace(",", parting) + decimals + multiplier[0]
    exact = Decimal(f"{whole}{decimals.replace(',', '.')}") * multiplier[1]
    figure = parse_figure(f"environ {printed} vues")
    assert (figure.text, figure.values) == (printed, (float(exact),))
    assert figure.comparison == "about"
    percent = parse_figure(f"{cents},{whole % 10} %")
    assert (percent.values, percent.scale) == ((float(f"{cents}.{whole % 10}"),), "percent")


PIECES = (
    "1 2 10 20 000 345 2019 1,8 1.234 , . - – / ’ ' % ‰ ² ½ 3ème 1er n° h 19h00 un une deux vingt "
    "cent mille million millions milliards dizaine centaines milliers tiers quart moitié demi sur "
    "des de et à ou entre plus moins au baisse doublé multipliées par deuxième dixièmes Covid_ x M "
    "€ pour environ + ± ſix İ K zéro quarantaine passé"
)
lines = st.one_of(
    st.text(),
    st.text(st.sampled_from("0123456789 ,.-/'’abhe%_\u00a0")),
    st.lists(
        st.one_of(st.sampled_from(PIECES.split()), st.sampled_from(["", "\u00a0"])), max_size=12
    ).flatmap(lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])),
)


@given(lines)
def test_every_digit_is_in_exactly_one_figure(line):
    figures = find_figures(line)
    end = 0
    for figure in figures:
        assert end <= figure.start < figure.end
        assert line[figure.start : figure.end] == figure.text
        assert bool(figure.values) != bool(figure.doubt)
        end = figure.end
    covered = {place for figure in figures for place in range(figure.start, figure.end)}
    assert {place for place, sign in enumerate(line) if sign in "0123456789"} <= covered


@given(lines)
def test_nothing_but_a_figure_error(line):
    try:
        figure = parse_figure(line)
    except FigureError:
        return
    assert figure.values
    assert find_figures(line) == [figure]


@given(lines)
def test_a_figure_reads_the_same_alone(line):
    """Signs and comparisons come from the words around it; the size is its own."""
    for figure in find_figures(line):
        try:
            alone = parse_figure(figure.text)
        except FigureError:
            continue
        if figure.values:
            assert sorted(map(abs, alone.values)) == sorted(map(abs, figure.values))


@given(st.text(st.sampled_from("0123456789-_/.:ab"), min_size=30, max_size=90))
def test_long_names_fall_into_pieces_that_a_token_holds(line):
    assert all(len(figure.text) <= LONGEST_TOKEN for figure in find_figures(line))
