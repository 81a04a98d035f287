"""The colours that mean something: in figures, and of verdicts."""

__all__ = ["COLOURS", "NAMED_COLOURS", "VERDICT_COLOURS"]

# Okabe and Ito (2008): told apart with any common colour blindness.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "sky": "#56B4E9",
    "purple": "#CC79A7",
    "grey": "#999999",
    "black": "#000000",
}

VERDICT_COLOURS = {
    "confirmed": "#009E73",
    "consistent": "#56B4E9",
    "differs": "#D55E00",
    "untested": "#999999",
}

#: What has the same colour in every figure: platforms, documents, verdicts.
NAMED_COLOURS = VERDICT_COLOURS | {
    "Facebook": COLOURS["blue"],
    "Instagram": COLOURS["purple"],
    "Twitter": COLOURS["sky"],
    "Snapchat": COLOURS["orange"],
    "Pinterest": COLOURS["red"],
    "YouTube": COLOURS["black"],
    "TikTok": COLOURS["green"],
    "LinkedIn": COLOURS["grey"],
    "museum day": COLOURS["blue"],
    "bank seminar": COLOURS["orange"],
    "2011 evening": COLOURS["green"],
    "consultant's blog": COLOURS["purple"],
    "branding blog": COLOURS["red"],
}
