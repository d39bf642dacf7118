"""The words of an audience's sentence in three languages: verbs in the third person plural, after “who”.

All languages have the same keys and placeholders; a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "fr", "it")
_PHRASES: Mapping[str, tuple[str, str, str]] = {
    "head": ("Customers", "Les clients", "I clienti"),
    "head_visitors": ("Customers and visitors", "Les clients et les visiteurs", "I clienti e i visitatori"),
    "who": ("who {clause}", "qui {clause}", "che {clause}"),
    "all": (", and {clause}", ", et {clause}", ", e {clause}"),
    "any": (" or {clause}", " ou {clause}", " o {clause}"),
    "and": ("{one} and {other}", "{one} et {other}", "{one} e {other}"),
    "or": ("{one} or {other}", "{one} ou {other}", "{one} o {other}"),
    "group": ("({clause})", "({clause})", "({clause})"),
    "not": ("are not among those who {clause}", "ne sont pas de ceux qui {clause}", "non sono tra quelli che {clause}"),
    "quoted": ("“{text}”", "« {text} »", "“{text}”"),
    "last": ("in the last {days} days", "dans les {days} derniers jours", "negli ultimi {days} giorni"),
    "last_one": ("in the last 24 hours", "dans les dernières 24 heures", "nelle ultime 24 ore"),
    "before": ("more than {days} days ago", "il y a plus de {days} jours", "più di {days} giorni fa"),
    "before_one": ("more than 24 hours ago", "il y a plus de 24 heures", "più di 24 ore fa"),
    "since_until": ("from {since} to {until}", "du {since} au {until}", "dal {since} al {until}"),
    "since": ("since {since}", "depuis le {since}", "dal {since}"),
    "until": ("until {until}", "jusqu’au {until}", "fino al {until}"),
    "hours": ("within {hours} hours", "en moins de {hours} heures", "entro {hours} ore"),
    "hours_days": ("within {days} days", "en moins de {days} jours", "entro {days} giorni"),
    "hours_day": ("within a day", "en moins d’un jour", "entro un giorno"),
    "later": ("later", "plus tard", "più tardi"),
    "n_at_least": ("at least {a}", "au moins {a}", "almeno {a}"),
    "n_at_most": ("at most {a}", "au plus {a}", "al massimo {a}"),
    "n_more": ("more than {a}", "plus de {a}", "più di {a}"),
    "n_less": ("less than {a}", "moins de {a}", "meno di {a}"),
    "n_between": ("from {a} to {b}", "de {a} à {b}", "da {a} a {b}"),
    "n_is": ("exactly {a}", "exactement {a}", "esattamente {a}"),
    "v_is": ("{field} equal to {values}", "{field} égal à {values}", "{field} uguale a {values}"),
    "v_contains": ("{field} containing {values}", "{field} contenant {values}", "{field} che contiene {values}"),
    "v_number": ("{field} of {count}", "{field} : {count}", "{field}: {count}"),
    "v_known": ("{field} known", "{field} renseigné", "{field} noto"),
    "v_unknown": ("{field} not known", "{field} non renseigné", "{field} non noto"),
    "v_days_ago": (
        "{field} in the last {a} days", "{field} dans les {a} derniers jours", "{field} negli ultimi {a} giorni"),
    "v_days_ahead": (
        "{field} in the next {a} days", "{field} dans les {a} prochains jours", "{field} nei prossimi {a} giorni"),
    "v_anniversary_ago": (
        "{field} whose day of the year was in the last {a} days",
        "{field} dont l’anniversaire est tombé dans les {a} derniers jours",
        "{field} la cui ricorrenza è stata negli ultimi {a} giorni"),
    "v_anniversary_ahead": (
        "{field} whose day of the year is in the next {a} days",
        "{field} dont l’anniversaire tombe dans les {a} prochains jours",
        "{field} la cui ricorrenza cade nei prossimi {a} giorni"),
    "birthday_ago": (
        "had their birthday in the last {a} days", "ont eu leur anniversaire dans les {a} derniers jours",
        "hanno compiuto gli anni negli ultimi {a} giorni"),
    "birthday_ahead": (
        "have their birthday in the next {a} days", "ont leur anniversaire dans les {a} prochains jours",
        "compiono gli anni nei prossimi {a} giorni"),
    "have": ("have {what}", "ont {what}", "hanno {what}"),
    "live": ("live in {values}", "habitent à {values}", "abitano a {values}"),
    "with": (" with {what}", " avec {what}", " con {what}"),
    "first_seen": (
        "were first met {window}", "ont été vus pour la première fois {window}",
        "sono stati visti per la prima volta {window}"),
    "last_seen": (
        "were last met {window}", "ont été vus pour la dernière fois {window}",
        "sono stati visti per l’ultima volta {window}"),
    "total_orders": ("have {count} orders in all", "ont {count} commandes en tout", "hanno {count} ordini in tutto"),
    "total_revenue": ("spent {count} in all", "ont dépensé {count} en tout", "hanno speso {count} in tutto"),
    "total_events": (
        "left {count} events in all", "ont laissé {count} évènements en tout",
        "hanno lasciato {count} eventi in tutto"),
    "times": ("{verb} {count} times", "{verb} {count} fois", "{verb} {count} volte"),
    "first_time": ("{verb} for the first time", "{verb} pour la première fois", "{verb} per la prima volta"),
    "last_time": ("{verb} for the last time", "{verb} pour la dernière fois", "{verb} per l’ultima volta"),
    "spent": ("spent {count}", "ont dépensé {count}", "hanno speso {count}"),
    "sum": (
        "have a sum of {of} of {count} over {event}", "ont un total de {of} de {count} sur {event}",
        "hanno un totale di {of} di {count} su {event}"),
    "did": ("had the event {event}", "ont eu l’évènement {event}", "hanno avuto l’evento {event}"),
    "then": ("{first} and then {then} {hours}", "{first} puis {then} {hours}", "{first} e poi {then} {hours}"),
    "without": (
        "{first} without {event} {hours} after it", "{first} sans {event} {hours} après",
        "{first} senza {event} {hours} dopo"),
    "bought": ("bought {what}", "ont acheté {what}", "hanno acquistato {what}"),
    "bought_orders": (
        "bought {what} in {count} orders", "ont acheté {what} dans {count} commandes",
        "hanno acquistato {what} in {count} ordini"),
    "bought_quantity": (
        "bought {count} pieces of {what}", "ont acheté {count} unités de {what}",
        "hanno acquistato {count} unità di {what}"),
    "bought_amount": ("spent {count} on {what}", "ont dépensé {count} en {what}", "hanno speso {count} in {what}"),
    "by_product": ("{values}", "{values}", "{values}"),
    "by_category": ("{values}", "{values}", "{values}"),
    "by_department": ("{values} (department)", "{values} (rayon)", "{values} (reparto)"),
    "by_brand": ("{values} (brand)", "{values} (marque)", "{values} (marca)"),
    "used": ("used {channel}", "ont utilisé {channel}", "hanno usato {channel}"),
    "not_used": ("did not use {channel}", "n’ont pas utilisé {channel}", "non hanno usato {channel}"),
    "preferred": (
        "use {channel} most", "utilisent surtout {channel}", "usano soprattutto {channel}"),
    "agreed": ("agreed to {purpose} by {channel}", "ont accepté {purpose} par {channel}",
               "hanno accettato {purpose} via {channel}"),
    "not_agreed": ("have not agreed to {purpose} by {channel}", "n’ont pas accepté {purpose} par {channel}",
                   "non hanno accettato {purpose} via {channel}"),
    "attribute": ("belong to {values} ({name})", "appartiennent à {values} ({name})",
                  "appartengono a {values} ({name})"),
    "member": ("are in the audience {name}", "sont dans l’audience {name}", "sono nel pubblico {name}"),
    "identified": ("are known by {kind}", "sont connus par {kind}", "sono noti per {kind}"),
    "not_identified": ("are not known by {kind}", "ne sont pas connus par {kind}", "non sono noti per {kind}"),
}  # fmt: skip
_VERBS: Mapping[str, tuple[str, str, str]] = {
    "Order Completed": ("bought", "ont acheté", "hanno acquistato"),
    "Order Refunded": ("were given money back", "ont été remboursés", "sono stati rimborsati"),
    "Page Viewed": ("looked at a page", "ont vu une page", "hanno visto una pagina"),
    "Product Viewed": ("looked at a product", "ont vu un produit", "hanno visto un prodotto"),
    "Product Added": ("filled the basket", "ont rempli le panier", "hanno riempito il carrello"),
    "Checkout Started": ("went to the checkout", "sont allés à la caisse", "sono andati alla cassa"),
    "Email Opened": ("opened an e-mail", "ont ouvert un e-mail", "hanno aperto un’e-mail"),
    "Email Clicked": ("clicked in an e-mail", "ont cliqué dans un e-mail", "hanno cliccato in un’e-mail"),
    "Email Delivered": ("got an e-mail", "ont reçu un e-mail", "hanno ricevuto un’e-mail"),
    "Mail Piece Sent": ("were sent a letter", "ont reçu un courrier", "hanno ricevuto una lettera"),
    "Coupon Redeemed": ("redeemed a coupon", "ont utilisé un coupon", "hanno usato un coupon"),
    "Store Visited": ("came into a store", "sont venus en magasin", "sono venuti in negozio"),
    "Signed Up": ("made an account", "ont créé un compte", "hanno creato un account"),
}
_NAMES: Mapping[str, tuple[str, str, str]] = {
    "store": ("the store", "le magasin", "il negozio"), "web": ("the web site", "le site", "il sito"),
    "app": ("the app", "l’application", "l’app"), "email": ("e-mail", "e-mail", "e-mail"),
    "sms": ("text message", "SMS", "SMS"), "phone": ("telephone", "téléphone", "telefono"),
    "call": ("telephone", "téléphone", "telefono"), "post": ("post", "courrier", "posta"),
    "direct_mail": ("post", "courrier", "posta"), "push": ("push message", "notification", "notifica"),
    "whatsapp": ("WhatsApp", "WhatsApp", "WhatsApp"), "marketplace": ("marketplace", "place de marché", "marketplace"),
    "chat": ("chat", "chat", "chat"), "ads": ("advertising", "publicité", "pubblicità"),
    "card": ("loyalty card", "carte de fidélité", "carta fedeltà"), "user": ("account", "compte", "account"),
    "device": ("device", "appareil", "dispositivo"), "anonymous": ("browser", "navigateur", "browser"),
    "token": ("token", "jeton", "token"), "social": ("social network", "réseau social", "social network"),
    "city": ("city", "ville", "città"), "postal_code": ("postcode", "code postal", "codice postale"),
    "gender": ("gender", "genre", "genere"), "age": ("age", "âge", "età"),
    "birthday": ("birthday", "anniversaire", "compleanno"), "amount": ("amount", "montant", "importo"),
    "channel": ("channel", "canal", "canale"), "marketing": ("marketing", "le marketing", "il marketing"),
    "Order Completed": ("an order", "commande", "un ordine"),
    "champions": ("champions", "champions", "campioni"), "loyal": ("loyal", "fidèles", "fedeli"),
    "potential": ("becoming loyal", "bientôt fidèles", "quasi fedeli"), "new": ("new", "nouveaux", "nuovi"),
    "promising": ("promising", "prometteurs", "promettenti"),
    "attention": ("need attention", "à suivre", "da seguire"), "fading": ("fading", "en retrait", "in calo"),
    "cannot_lose": ("must not be lost", "à ne pas perdre", "da non perdere"),
    "at_risk": ("at risk", "à risque", "a rischio"), "asleep": ("asleep", "endormis", "addormentati"),
    "segment": ("value segment", "segment de valeur", "segmento di valore"),
    "outlook": ("outlook", "perspective", "prospettiva"),
    "still_buys": ("still buys", "achète encore", "compra ancora"),
    "unsure": ("may have left", "peut-être parti", "forse andato via"),
    "likely_left": ("has likely left", "probablement parti", "probabilmente andato via"),
    "to_come": ("value to come", "valeur à venir", "valore futuro"),
    "top_tenth": ("the best tenth", "le meilleur dixième", "il miglior decimo"),
    "upper_half": ("the upper half", "la moitié haute", "la metà alta"),
    "lower_half": ("the lower half", "la moitié basse", "la metà bassa"),
}  # fmt: skip


class Words:
    """The words of one language; another language than ours gets English."""

    def __init__(self, language: str) -> None:
        self.language = language[:2] if language[:2] in LANGUAGES else "en"
        self._at = LANGUAGES.index(self.language)

    def say(self, key: str, **parts: object) -> str:
        """A phrase with its parts put in."""
        return _PHRASES[key][self._at].format(**parts)

    def verb(self, event: str) -> str:
        """What people who have an event did."""
        if event in _VERBS:
            return _VERBS[event][self._at]
        return self.say("did", event=self.quoted(event))

    def name(self, key: str) -> str:
        """A channel, a kind of identifier or a personal field; others as they are, in quotation marks."""
        return _NAMES[key][self._at] if key in _NAMES else self.quoted(key)

    def plain(self, key: str) -> str:
        """The same without quotation marks."""
        return _NAMES[key][self._at] if key in _NAMES else key

    def quoted(self, text: str) -> str:
        return self.say("quoted", text=text)

    def listed(self, values: list[str]) -> str:
        """“a, b or c”."""
        if len(values) == 1:
            return values[0]
        return self.say("or", one=", ".join(values[:-1]), other=values[-1])
