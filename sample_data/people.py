"""Who there is: homes, small businesses and their contacts, all invented.

Addresses end in example.com, .net or .org; phone numbers lie in the ranges that Germany keeps for films.
"""

from dataclasses import dataclass

from sample_data.draw import Draw, Mix
from sample_data.sizes import Size

FIRST_NAMES = (
    "Ada Anton Asta Bela Birte Bruno Carla Cem Clara Dario Dilara Edda Emil Enno Esra Fabian Finja Frieda Gero Greta Hanna Henrik Ida "
    "Ilja Imke Jale Janek Jette Jonas Jule Kaan Karla Kilian Lasse Lena Levin Lotte Malik Marit Mats Merle Milan Mina Nele Nils Nora "
    "Ole Oskar Paula Piet Quirin Rike Ronja Sami Selin Silas Smilla Tarek Thea Till Tomke Uli Vera Veit Wanda Yara Zoe Jörg Jürgen Käthe"
).split()
FAMILY_NAMES = (
    "Aalbrecht Adlerhof Ahrensen Amselgrund Bachsteiner Balduhn Birkenau Blankhorst Bornemeyer Brückmann Buchental Dahlkamp Deichsler "
    "Dornfeld Ebersbusch Eichwald Elsterkamp Erlenbach Farnhügel Feldkirchner Fennmoor Flintbeck Föhrmann Fuchsloh Gerstental Ginsterberg "
    "Glanzhof Grünweiler Haferkorn Hagebusch Hainbuch Haselried Heckenau Heidborn Hirschtal Holmsen Hopfgarten Immenhof Kaltenbrunn "
    "Kieselbach Kleestedt Krähenbühl Kranichau Kupferroth Lärchner Lerchenau Lindhorst Löwenzahn Mährkamp Moorhaus Mooskopf Mühlgraben "
    "Nebelung Nesselrod Nordhagen Ochsenkamp Ottersberg Pappelhain Quellmoos Rabenhorst Rehwiese Rohrdommel Rosskamp Rübsamer Sandhagen "
    "Schilfrohr Schneehorn Seegrund Silberbach Sommerkorn Sperlinger Steinkauz Storchenau Tannengrün Thymianer Torfstecher Uferhain "
    "Ulmenhof Vogelsanger Wacholder Waldmeister Weidenkamp Wiesenthaler Windhager Winterhoff Wolkenstein Ziegenhals Zirbelau"
).split()
TRADES = (
    "Bakery Garage Joinery Laundry Florist Pharmacy Brewery Pottery Bookshop Dairy Print Tailor Optician Nursery Bistro".split()
)
ROLES = Mix({"Owner": 0.4, "Office": 0.3, "Facilities": 0.2, "Finance": 0.1})
_RANGES = (
    ("+4930231250", "east"),
    ("+4940669690", "north"),
    ("+4969900090", "west"),
    ("+4922147100", "west"),
    ("+4989999980", "south"),
)
_HOSTS = ("example.com", "example.net", "example.org")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person or a company. `number` is the customer number that every system of the company knows."""

    number: str
    kind: str
    first: str
    family: str
    email: str
    phone: str
    region: str
    company: "Person | None" = None
    role: str = ""

    @property
    def name(self) -> str:
        """What the customer is called."""
        return f"{self.first} {self.family}".strip()

    @property
    def account(self) -> "Person":
        """The company of a contact, else the customer itself."""
        return self.company or self


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everyone, in order of their numbers."""

    homes: tuple[Person, ...]
    companies: tuple[Person, ...]
    contacts: tuple[Person, ...]

    def everyone(self) -> tuple[Person, ...]:
        """Homes, companies, then the companies' contacts."""
        return self.homes + self.companies + self.contacts


def _phone(index: int) -> tuple[str, str]:
    prefix, region = _RANGES[index % 5]
    return f"{prefix}{index // 5 % 1000:03d}", region


def _family(index: int) -> str:
    """A family name: people who share a phone number never share the name."""
    turn, line = divmod(index, 5_000)
    return FAMILY_NAMES[(line * 37 + turn * 11) % len(FAMILY_NAMES)]


def _email(first: str, family: str, index: int) -> str:
    return f"{first}.{family}{index}@{_HOSTS[index % 3]}".translate(_PLAIN).lower()


def make_home(index: int, draw: Draw) -> Person:
    """The home with this place in the line."""
    first, family = draw.pick(FIRST_NAMES), _family(index)
    phone, region = _phone(index)
    return Person(
        number=f"F{100_000 + index}",
        kind="home",
        first=first,
        family=family,
        email=_email(first, family, index),
        phone=phone if draw.chance(0.7) else "",
        region=region,
    )


def _slug(name: str) -> str:
    return name.translate(_PLAIN).lower().replace(" ", "-")


def _company(index: int) -> Person:
    phone, region = _phone(index + 2_300)
    name = f"{TRADES[index % len(TRADES)]} {FAMILY_NAMES[index * 7 % len(FAMILY_NAMES)]} {index + 1}"
    return Person(
        number=f"F{500_000 + index}",
        kind="company",
        first="",
        family=name,
        email=f"{_slug(name)}@example.net",
        phone=phone,
        region=region,
    )


def _contact(index: int, company: Person, draw: Draw) -> Person:
    first, family = draw.pick(FIRST_NAMES), FAMILY_NAMES[(index * 13 + 5) % len(FAMILY_NAMES)]
    return Person(
        number=f"F{700_000 + index}",
        kind="contact",
        first=first,
        family=family,
        email=f"{first}.{family}{index}@{_slug(company.family)}.example.com".translate(_PLAIN).lower(),
        phone="",
        region=company.region,
        company=company,
        role=ROLES.pick(draw),
    )


def make_people(size: Size, seed: int) -> People:
    """Everyone there is, in order."""
    draw = Draw(seed, "people")
    homes = tuple(make_home(index, draw) for index in range(size.homes))
    companies = tuple(_company(index) for index in range(size.companies))
    employers = [company for company in companies for _ in range(1 + (draw.unit() < 0.5))]
    contacts = tuple(_contact(index, company, draw) for index, company in enumerate(employers))
    return People(homes=homes, companies=companies, contacts=contacts)
