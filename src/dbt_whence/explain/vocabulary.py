"""The words and marks of an answer, by what they claim: what the check reads in a sentence."""

from __future__ import annotations

import re
from decimal import Decimal

from dbt_whence.explain.evidence import MONTHS
from dbt_whence.explain.sentences import words

# They stand for characters of names and dates, and of numbers, that are read already; answers cannot hold them.
MASK, DIGITS = "\ue000", "\ue001"

# Columns by what their numbers can be said to be.
# Levels and changes of metrics whose unit the tables do not know: percentages where they are shares.
LEVELS = words("value baseline_value current_value observed threshold")
CHANGES = words(
    "change change_pct contribution contribution_pct unexpected_change residual_change record_share_change"
    " volume_effect mix_effect rate_effect gross_up gross_down depth max_drawdown monthly_return excess_return"
    " total_return annual_return annualized_return mean_forward_return residual explained"
)
# What must stand in the clause of a number of these columns: none is the change, the level or a chance by itself.
NEEDS = {
    r"^unexpected_(change|share)$": r"beyond|unexpected",
    r"^volume_effect$": r"volume",
    r"^mix_effect$": r"\bmix",
    r"^rate_effect$": r"\brate",
    r"^gross_": r"gross",
    r"^residual(_change|_pct)?$": r"residual|unexplained",
    r"^explained(_share)?$": r"explain",
    r"^(marginal_)?contribution(_pct)?$": r"contribut|\bpart\b",
    r"^share_of_": r"share|change|total|parent|residual|variance|explain",
    r"^variance_(share|contribution)$": r"variance|risk",
    r"volatility": r"volatil|risk",
    r"(^|_)[pq](_value)?$|^holm_p$": r"\b[pq]\b|[pq]-values?\b|adjusted",
    r"^r_squared$": r"\bR(2|-squared|\u00b2)|explain|variance",
    r"^up_beta$": r"up[ _]beta",
    r"^down_beta$": r"down[ _]beta",
    r"sharpe": r"sharpe",
    r"drawdown|^depth$": r"drawdown|fell|lost|loss|depth|down|worst|declin|drop",
    r"error$": r"error",
}
# A variance that is taken away is so in the sample or out of it.
SAMPLES = re.compile(r"(?P<later>out[ -]of[ -]sample|\blater\b|unseen)|\bin[ -]sample\b", re.IGNORECASE)
# Numbers that tell rows apart: said after the column's name, or as an ordinal.
LABELS = words("drawdown horizon quantile basket position event_offset priority date_position")
DISTINCT = words(
    "analysis model study portfolio metric segment driver component asset factor signal series series_a series_b"
    " exposed candidate row_change regime procedure slice benchmark maturity path identity"
)
# Those of them that name the part that a row's numbers are of, what it is set against, and what is whole.
PARTS = words(
    "segment path driver component asset factor signal slice series series_a series_b candidate regime row_change"
)
AGAINST = words("exposed benchmark maturity")
WHOLES = words("metric model portfolio")

UP = words(
    "rose rise rises risen rising increase increases increased increasing grew grow grows grown growing growth gain"
    " gains gained climbed climb climbs jumped jump jumps surged surge soared soar up higher improved improve"
    " expanded expand expands expansion rebounded rebound skyrocketed boosted strengthened accelerated"
)
DOWN = words(
    "fell fall falls fallen falling decrease decreases decreased decreasing declined decline declines declining drop"
    " drops dropped shrank shrink shrunk lost loss losses plunged plunge sank sunk slid tumbled dipped dip down lower"
    " worsened contracted contraction collapsed collapse slumped slump weakened crashed slipped eroded diminished"
    " dwindled"
)
FLAT = words("unchanged flat")
# These give a number its sign, and do not say that something moved.
POSITIVE = words("added adds add above positive plus")
NEGATIVE = words("below negative minus subtracted subtracts drawdown drawdowns short behind")
SUPERLATIVES = words("largest biggest greatest strongest main leading top best worst deepest")
NOT_LARGEST = words("smallest lowest weakest fewest slightest")  # no rank says it
NEGATORS = words("not no never neither nor without hardly cannot failed fails barely")
VERDICTS = {
    "is_survivor": words("survive survives survived survivor survivors survival")
    | words("pass passes passed passing edge work works worked working real genuine"),
    "is_recommended": words("recommended recommend recommends recommendation"),
    "is_breached": words("breached breach breaches"),
    "is_outlier": words("outlier outliers"),
}
SIGNIFICANT = words("significant significantly insignificant")
ADJUSTED = ("bhy_q", "q_value", "difference_q_value")
EXCEPTIONS = re.compile(r"\b(except\w*|excluding|excluded|aside|besides|apart|unlike)\b", re.IGNORECASE)

SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {word: Decimal(n) for n, word in enumerate(SMALL)} | {
    word: Decimal(10 * n) for n, word in enumerate(TENS, 2)
}
SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "tn": 12, "trillion": 12,
}  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
# Words that hide a number, and currencies, which no column names.
HIDDEN = re.compile(
    r"\b(half|halves|halv\w+|doubl\w+|tripl\w+|trebl\w+|quadrupl\w+|quintupl\w+|twice|thrice|dozens?|couple|pairs? of"
    r"|hundreds?|thousands?|millions?|billions?|trillions?|thirds|quarters|fifths|tenths|(a|one|three) quarters?( of)?"
    r"|nil|nought|nothing|unity|lakh|crore|gross of|percent|per cent|percentage points?|basis points?"
    r"|zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwanzig|hundert|tausend|deux|trois|quatre|cinq|sept|huit"
    r"|neuf|dix|vingt|cent|mille|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil|due|tre|quattro|cinque"
    r"|(?:[a-z][ .-]){3,}[a-z]|[a-z]+[ -]?fold|dollars?|euros?|pounds?|sterling|yen|usd|eur|gbp|cents?)\b",
    re.IGNORECASE,
)
ROMAN = re.compile(r"\b(?=[IVXLCDM]{2,}\b)M*(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?<=[IVXLCDM])\b")
KNOWN = words(
    "ic ci pca ols hac sharpe sortino calmar herfindahl shapley lmdi newey west fama macbeth spearman pearson fisher"
    " benjamini yekutieli hochberg holm welch kraay driscoll simpson q r i a"
)

SUFFIX = re.compile(
    r"\s?(?P<points>percentage[ -]points?\b|pp\b|%[ -]?points?\b)|\s?(?P<percent>%|percent\b|per cent\b)"
    r"|\s?(?P<bp>basis points?\b|bps?\b)|(?P<scale>[kKmMbB]\b|\s?(?:mn|bn|tn|thousand|million|billion|trillion)\b)"
)
NUMBER = re.compile(r"(?P<digits>\.?\d(?:[\d.,]*\d)?)(?P<exponent>[eE][+-]?\d+)?")
# Words before a number that say which columns it is of, with names and little words between them, and words after it.
NOUNS = {
    r"adjusted(?: p(?:[ -]value)?)?": "(^|_)q($|_value)|holm_p",
    r"(?<!adjusted )p(?:[ -]values?)?": "(^|_)p($|_value)",
    r"q(?:[ -]values?)?": "(^|_)q($|_value)",
    r"(?<!')t": "^t_stat$",
    r"n": "^n_|^family_size$|records$",
    r"error": "error|_se$",
    r"correlation": "correlation",
    r"beta": "beta",
    r"alpha": "^alpha$|^beta$",
    r"sharpe(?: ratio)?": "sharpe",
    r"hedge ratio": "hedge_ratio",
    r"volatility": "volatility",
    r"estimate": "^estimate$",
    r"residual": "residual",
    r"eigenvalue": "eigenvalue",
    r"threshold": "threshold",
    r"limit": "limit",
    r"weight": "weight",
    r"exposure": "exposure",
    r"contribut(?:ed|es|ion)": "contribution|share|effect",
    r"drawdown": "drawdown|depth",
    r"(?:horizon|quantile|basket|rank|ranked)": "^$",  # the row's own are masked
}
LINK = rf"(?:\s+(?:of|for|on|to|in|and|with|the|its|is|was|at|are|{MASK}+|\([a-z ,{MASK}]*\)))*"
NOUN = re.compile("|".join(rf"(?P<n{i}>\b{noun}{LINK}:?\s*=?\s*\(?$)" for i, noun in enumerate(NOUNS)), re.IGNORECASE)
PHRASES = (
    (re.compile(r"\s*of (?:the|its) (?:total |whole |overall )?change\b"), "share|contribution_pct"),
    (re.compile(r"\s*of (?:the|its) (?:total |whole )?variance\b"), "variance|_ratio$|r_squared"),
    (re.compile(r"\s*of (?:the |all |its )?records\b"), "record"),
    (re.compile(r"\s*current records\b"), "^current_records$|^records$"),
    (re.compile(r"\s*baseline records\b"), "^baseline_records$|^records$"),
    (re.compile(r"\s*(?:records|rows)\b"), "records|^n_rows$|^n_obs$"),
    (re.compile(r"\s*(?:later |common )?months\b"), "^n_|months"),
    (re.compile(r"\s*(?:assets|holdings)\b"), "assets"),
    (re.compile(r"\s*dates\b"), "dates|^n_obs$"),
    (re.compile(r"\s*days\b"), "^days$"),
    (re.compile(r"\s*(?:leaf )?segments\b"), "segments"),
    (re.compile(r"\s*tests\b"), "^family_size$"),
    (re.compile(r"\s*(?:statistical )?factors\b"), "factors"),
)
MONTH = "|".join([f"{month.title()}|{month[:3].title()}\\.?" for month in MONTHS] + ["Sept\\.?"])
MARKUP = re.compile(r"<\s*[a-z!/]|\]\s*\(|!\[|://|www\.|javascript:|data:|&#?\w+;|`", re.IGNORECASE)
DOMAIN_NAME = re.compile(r"\b[a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE)

# Names that are words of any sentence.
ORDINARY = words(
    "records mean total signal noise residual volume mix rate rates value market main cash current baseline level slope"
    " alpha clear spring summer winter autumn event carry all rest other none shapley regression ok low high"
)
# What ends a clause, and what joins names to one group.
EDGES_OF_CLAUSES = r"[;:.!?](?=\s|$)|\b(?:while|but|whereas|although|and|as|despite)\b"
JOINT = r"[\"']?(?: \([a-z_ ]+\))?(?:,| |, | or | and |, and |, or )(?:the )?(?:[a-z]+ )?[\"']?"
MOVING = (UP | DOWN) - words("up down higher lower short")
# Dashes, quotation marks and spaces as typesetters and models write them.
TYPOGRAPHY = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u201c\u201d", '"')
    | dict.fromkeys("\u2018\u2019", "'")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
    | {"\u2026": "..."}
)
# Columns whose sign is what moved, where a row has no change.
RETURN_COLUMNS = (
    "contribution", "residual_change", "depth", "max_drawdown", "monthly_return", "total_return", "annual_return",
    "mean_forward_return",
)  # fmt: skip
# After four digits that are a year.
NOT_A_NUMBER = r"(?![\w%]|[.,]\d|\s?%|\s(?:percent|thousand|million|billion|basis|pp|bps?)\b)"

# Words that claim something where they stand in a name that is not quoted.
RISKY = UP | DOWN | FLAT | POSITIVE | NEGATIVE | NEGATORS | {*NUMBER_WORDS, *SCALES, *ORDINALS}
