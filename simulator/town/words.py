"""Short made-up word lists in French, Italian and English that combine into names, streets and products."""

LOCALES = ("fr-FR", "it-IT", "en-GB")

FIRST_NAMES = (
    tuple(
        "Adèle Agnès Amélie Camille Cécile Chloé Élodie Hélène Inès Juliette Léa Manon Margaux Noémie Zoé "
        "Antoine Baptiste Bastien Benoît Étienne Fabrice Gaël Hugo Jérôme Léon Loïc Mathéo Rémi Théo Yann".split()
    ),
    tuple(
        "Alessia Beatrice Bianca Carlotta Chiara Elisa Federica Giada Giulia Ilaria Lucia Marta Noemi Serena "
        "Viola Alessandro Andrea Carlo Dario Enzo Fabio Gianni Giovanni Lorenzo Marco Matteo Nicolò Paolo Pietro "
        "Tommaso".split()
    ),
    tuple(
        "Abigail Alice Beth Catherine Clara Daisy Edith Eleanor Grace Hannah Ivy Jane Lucy Martha Rose Adam "
        "Albert Alfie Arthur Daniel Edmund George Harry Jack John Jonathan Oliver Peter Thomas William".split()
    ),
)
NAME_STARTS = (
    tuple("Mor Lau Bel Cham Rou Gar Vau Del Per Bran".split()),
    tuple("Mar Ros Bian Ferr Gal Cont Bell Mor Fior Lomb".split()),
    tuple("Hart Ash Brook Wind Black Stone Green Fair Mill Thorn".split()),
)
NAME_ENDS = (
    tuple("eau ier ard ont ette in ois and ault elle".split()),
    tuple("ini etti elli oni ari ucci ese aldi otto ano".split()),
    tuple("ley ton wood field well ford man son ridge worth".split()),
)
STREETS = (
    ("rue des Lilas", "rue du Moulin", "avenue de la Gare", "place du Marché", "chemin Vert", "rue de l'Église"),
    ("Via del Ponte", "Via dei Tigli", "Corso Stella", "Piazza Nuova", "Viale del Lago", "Via San Biagio"),
    ("Mill Lane", "Church Street", "Station Road", "Orchard Close", "Market Square", "King's Walk"),
)
QUARTERS = (
    (("99110", "Pontreval"), ("99120", "Valclair")),
    (("99210", "Montelago"), ("99220", "Castelfiore")),
    (("99310", "Ashbridge"), ("99320", "Westmere")),
)
MAIL_HOSTS = ("courrier.example", "posta.example", "mail.example", "inbox.example", "example.org", "example.net")

DEPARTMENTS = ("Clothing", "Shoes", "Home", "Kitchen", "Garden", "Toys", "Beauty", "Sport")
BRANDS = ("Norvane", "Lumio", "Casabella", "Fernhill", "Ostrelle", "Tramonto")
ADJECTIVES = ("Soft", "Bright", "Classic", "Light", "Woven", "Little", "Royal", "Everyday")
NOUNS = (
    ("jumper", "shirt", "coat", "scarf", "dress", "belt"),
    ("sneaker", "boot", "sandal", "slipper", "loafer", "clog"),
    ("lamp", "rug", "cushion", "mirror", "shelf", "curtain"),
    ("pan", "kettle", "knife", "bowl", "grater", "apron"),
    ("trowel", "planter", "hose", "bench", "lantern", "seed box"),
    ("puzzle", "kite", "doll", "train", "game", "ball"),
    ("cream", "soap", "perfume", "brush", "balm", "oil"),
    ("racket", "mat", "bottle", "bag", "helmet", "rope"),
)
BASE_PRICE_CENTS = (3900, 6900, 4500, 2900, 3500, 1900, 1700, 4900)
