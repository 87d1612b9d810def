"""The sentiment of a football post, from a small lexicon of words and emoji and their context."""

import math
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSITIVE = _words("""
    allez amazing awesome beautiful beauty belter best bravissimo bravo brilliant buzzing celebrate
    champion champions class classy clinical come-on comeback cracker deserved dominant dominating
    excellent fantastic fire forza genius goat gol golazo good goool gooool gorgeous grande great
    happy helden hero incredible insane legend love loved lovely magic magnificent masterclass nice
    outstanding peach perfect proud quality rocket screamer sensational solid special stunner
    stunning super superb thriller top tor unreal unstoppable vamos win winner winning wins
    wonderful wonderstrike world-class worldie wow yes yess yesss
""")
NEGATIVE = _words("""
    abysmal angry annoying appalling atrocious awful bad boring bottled bottlers brainless cheat
    cheated cheating cheats clueless corrupt crap cringe dire disaster disgrace disgraceful
    disgusting dive diver diving dreadful dropped embarrassing fail fraud frauds garbage gutted hate
    hated horrendous horrible horrific injured injury joke lame lazy lose losing loss lost lucky
    mess miss missed mistake nightmare pathetic penalised poor robbed rubbish ruined sad scandal
    shambles shame shit shite shocking sick sloppy slow soft terrible toothless trash ugly
    unacceptable useless weak woeful worse worst wtf
""")
EMOJI = {
    **dict.fromkeys("😀😃😄😁😆😍🥰🤩😎🥳🙌👏💪🔥❤💙💚💛🧡💜🤍🖤🏆🎉🎊👍🚀👑🐐😂🤣", 1.0),
    **dict.fromkeys("😡🤬😠😤😢😭😞😔😩😫💔👎🤮🤢😱😒🙄🤦😖😣☹🥱💩🤡❌", -1.0),
}
NEGATIONS = _words("""
    cannot cant didnt doesnt dont isnt neither never no nor not wasnt without wont
""")
STRONGER = _words("""
    absolutely completely pure really so such totally utterly very what
""")
NEGATION_REACH = 3
"""How many following words of the same clause a negation affects."""
NEGATED, STRENGTHENED, SHOUTED = -0.75, 1.5, 1.25
SATURATION = 2.0
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CLAUSES = re.compile(r"[.,;:!?()\n]+")
_LINKS = re.compile(r"https?://\S+|@\w+")
_LENGTHENED = re.compile(r"(.)\1{2,}")


def sentiment(text: str) -> float | None:
    """Return the sentiment, -1 to 1, or None if the text has no word or emoji of the lexicon."""
    text = _LINKS.sub(" ", text)
    weights = [EMOJI[sign] for sign in text if sign in EMOJI]
    weights += [weight for clause in _CLAUSES.split(text) for weight in _word_weights(clause)]
    if not weights:
        return None
    return round(math.tanh(sum(weights) / SATURATION), 3)


def _word_weights(clause: str) -> list[float]:
    written = _WORDS.findall(clause)
    words = [_plain(word) for word in written]
    weights = []
    for index, (word, shown) in enumerate(zip(words, written, strict=True)):
        weight = _weight(word)
        if not weight:
            continue
        before = words[max(0, index - NEGATION_REACH) : index]
        if any(earlier in NEGATIONS for earlier in before):
            weight *= NEGATED
        if before and before[-1] in STRONGER:
            weight *= STRENGTHENED
        if shown.isupper() and len(shown) > 2:
            weight *= SHOUTED
        weights.append(weight)
    return weights


def _plain(word: str) -> str:
    """Return a word in lower case, without apostrophes, and with no letter more than twice in a row."""
    return _LENGTHENED.sub(r"\1\1", word.lower().replace("’", "").replace("'", ""))


def _weight(word: str) -> float:
    for form in (word, re.sub(r"(.)\1", r"\1", word)):
        if form in POSITIVE:
            return 1.0
        if form in NEGATIVE:
            return -1.0
    return 0.0
