"""What the columns of a file can mean, and by which heads (English, French, Italian) they are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from choral.connectors.values import Field, Kind
from choral.core.money import CURRENCIES

PAPER_NAMES = frozenset({"last_name", "name"})
PAPER_REST = frozenset({"street", "postal_code", "birthday"})

FIELDS: dict[Kind, tuple[Field, ...]] = {
    "customers": (
        Field("user_id", "Customer number", "text", one_of="who"),
        Field("card", "Loyalty card", "text", one_of="who"),
        Field("email", "E-mail", "email", one_of="who", personal=True),
        Field("phone", "Telephone", "phone", one_of="who", personal=True),
        Field("first_name", "First name", "text", personal=True),
        Field("last_name", "Last name", "text", personal=True),
        Field("name", "Full name", "text", personal=True),
        Field("birthday", "Birthday", "moment", personal=True),
        Field("street", "Street", "text", personal=True),
        Field("postal_code", "Postal code", "text", personal=True),
        Field("city", "City", "text", personal=True),
        Field("country", "Country", "text"),
        Field("language", "Language", "text"),
        Field("created_at", "Customer since", "moment"),
        Field("consent_newsletter", "Agreed to news by e-mail", "text"),
        Field("consent_email", "Agreed to offers by e-mail", "text"),
        Field("consent_sms", "Agreed to offers by text", "text"),
        Field("consent_call", "Agreed to offers by telephone", "text"),
        Field("consent_post", "Agreed to offers by post", "text"),
        Field("consent_at", "Agreed on", "moment"),
    ),
    "orders": (
        Field("order_id", "Order number", "text", required=True),
        Field("at", "Date and time", "moment", required=True),
        Field("total", "Order total", "money", one_of="worth"),
        Field("currency", "Currency", "text"),
        Field("store_id", "Store", "text"),
        Field("channel", "Channel", "text"),
        Field("user_id", "Customer number", "text"),
        Field("card", "Loyalty card", "text"),
        Field("email", "E-mail", "email", personal=True),
        Field("phone", "Telephone", "phone", personal=True),
        Field("product_id", "Product number", "text"),
        Field("product_name", "Product", "text"),
        Field("category", "Category", "text"),
        Field("quantity", "Quantity", "number"),
        Field("price", "Price each", "money", one_of="worth"),
        Field("line_total", "Line total", "money", one_of="worth"),
        Field("discount", "Discount", "money"),
    ),
    "products": (
        Field("product_id", "Product number", "text", required=True),
        Field("name", "Name", "text"),
        Field("department", "Department", "text"),
        Field("category", "Category", "text"),
        Field("brand", "Brand", "text"),
        Field("manufacturer", "Manufacturer", "text"),
        Field("size", "Size", "text"),
        Field("cost", "Cost each", "money"),
    ),
    "spend": (
        Field("channel", "Channel", "text", one_of="medium"),
        Field("starts", "First day", "moment", required=True),
        Field("ends", "Last day", "moment"),
        Field("amount", "Amount paid", "money", required=True),
        Field("currency", "Currency", "text"),
        Field("campaign_id", "Campaign", "text"),
        Field("creative", "Creative", "text"),
        Field("region", "Region", "text"),
        Field("impressions", "Times shown", "number"),
        Field("clicks", "Clicks", "number"),
    ),
}
_HEADS: dict[str, str] = {
    "user_id": "user id, userid, customer id, customerid, customer number, customer no, client id, id client,"
    " numero client,"
    " no client, n client, n de client, code client, codice cliente, numero cliente, id cliente, kundennummer",
    "card": "card, loyalty card, card number, loyalty number, household id, carte, carte fidelite, numero de carte,"
    " carta, carta fedelta, numero carta, tessera",
    "email": "email, e mail, mail, email address, adresse email,"
    " adresse e mail, courriel, indirizzo email, posta elettronica",
    "phone": "phone, telephone, mobile, cell, cellphone, phone number, tel, portable, telefono,"
    " cellulare, numero di telefono",
    "first_name": "first name, firstname, given name, prenom, nome",
    "last_name": "last name, lastname, surname, family name, nom, nom de famille, cognome",
    "name": "name, full name, customer, customer name, nom complet, client, nome completo, nominativo, cliente",
    "birthday": "birthday, date of birth, birth date, dob, date de naissance, naissance, data di nascita",
    "street": "street, address, address1, address 1, adresse, rue, indirizzo, via",
    "postal_code": "postal code, postcode, zip, zip code, code postal, cp, cap",
    "city": "city, town, ville, citta, comune",
    "country": "country, pays, paese, nazione",
    "language": "language, langue, lingua",
    "created_at": "created, created at, customer since, registered, date de creation, inscription,"
    " data di registrazione",
    "consent_newsletter": "newsletter, subscribed, inscrit newsletter, abonne, iscritto newsletter, news",
    "consent_email": "accepts marketing, accepts email marketing, email marketing, email opt in, email consent, opt in,"
    " optin, optin email, consentement email, accepte les emails, consenso email, consenso marketing",
    "consent_sms": "accepts sms marketing, sms marketing, sms opt in, sms consent, optin sms, consentement sms,"
    " consenso sms",
    "consent_call": "phone opt in, call consent, consentement telephone, consenso telefono",
    "consent_post": "post opt in, postal consent, consentement courrier, consenso posta",
    "consent_at": "consent date, opt in date, optin time, date du consentement, date optin, data consenso",
    "order_id": "order, order id, orderid, order number, order no, invoice, invoiceno, invoice no, receipt, basket id,"
    " transaction, transaction id, commande, numero de commande, no commande, n commande, n de commande,"
    " facture, ticket, ordine, numero ordine,"
    " scontrino, fattura",
    "at": "date, datetime, order date, orderdate, invoicedate, invoice date, created, created at, time, timestamp,"
    " date de commande, date commande, data, data ordine, data e ora",
    "total": "total, order total, amount, grand total, total amount, montant, montant total, total ttc,"
    " totale, importo,"
    " totale ordine",
    "currency": "currency, currency code, devise, code de devise, valuta, codice valuta",
    "store_id": "store, store id, shop, shop id, location, magasin, boutique, negozio, punto vendita",
    "channel": "channel, canal, canale",
    "product_id": "product id, productid, sku, lineitem sku, stockcode, stock code, item, item number, article,"
    " reference, ref,"
    " ean,"
    " barcode, code article, code barres, articolo, codice articolo, codice prodotto",
    "product_name": "product, product name, item name, lineitem name, description, designation, libelle, produit,"
    " prodotto,"
    " descrizione",
    "category": "category, categorie, categoria",
    "quantity": "quantity, qty, lineitem quantity, quantite, qte, quantita, qta",
    "price": "price, unit price, unitprice, lineitem price, prix, prix unitaire, prezzo, prezzo unitario",
    "line_total": "line total, sales value, line amount, total ligne, montant ligne, totale riga, importo riga",
    "discount": "discount, remise, rabais, sconto",
    "department": "department, rayon, reparto",
    "brand": "brand, marque, marca",
    "manufacturer": "manufacturer, fabricant, produttore",
    "size": "size, package size, taille, formato, taglia",
    "cost": "cost, unit cost, cost each, cost price, purchase price, cogs, cout, cout unitaire, prix d achat,"
    " prix de revient, costo, costo unitario, prezzo d acquisto",
    "starts": "starts, start, start date, day, jour, giorno, first day, from, since, week, reporting starts, debut,"
    " premier jour, du, semaine, date de debut, debut des rapports, inizio, primo giorno, dal, settimana,"
    " data di inizio, inizio del report, inizio report",
    "ends": "ends, end, end date, last day, until, to, reporting ends, fin, dernier jour, au, date de fin,"
    " fin des rapports, fine, ultimo giorno, al, data di fine, fine del report, fine report",
    "amount": "amount, amount spent, spend, media spend, media cost, budget, montant, montant depense, depenses,"
    " depense, importo, importo speso, spesa, budget speso",
    "campaign_id": "campaign, campaign id, campaign name, campagne, nom de la campagne, id de campagne, campagna,"
    " nome della campagna, id campagna",
    "creative": "creative, ad, ad name, ad set, ad set name, ad group, adgroup, publicite, annonce,"
    " nom de la publicite, ensemble de publicites, nom de l ensemble de publicites, groupe d annonces, creativita,"
    " inserzione, nome dell inserzione, gruppo di inserzioni, nome del gruppo di inserzioni, gruppo di annunci",
    "region": "region, zone, regione, area",
    "impressions": "impressions, impr, impressioni, views, contacts, copies, circulation, tirage, diffusion, tiratura,"
    " exemplaires, copie",
    "clicks": "clicks, link clicks, clics, clics sur un lien, clic, clic sul link",
}
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
# A product's own name stands under the heads of a line's product; in orders “customer” is a number.
_ALSO: dict[Kind, dict[str, tuple[str, ...]]] = {
    "products": {"name": ("product_name", "name")},
    "orders": {"user_id": ("name",)},
    # A platform's report calls what was paid its cost, and its days by one date.
    "spend": {"amount": ("cost", "total"), "starts": ("at",)},
}
_CODE = re.compile(r"^(?P<name>.+?) (?P<code>[a-z]{3})$")


def plain(head: str) -> str:
    """A head without case, accents and signs: “N° de commande” and “n de commande” are one."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", head) if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", letters.lower()).strip()


def guess_fields(kind: Kind, heads: list[str]) -> list[str]:
    """The field each column is taken for ('' for none); no field twice, the first column wins."""
    known = {field.key for field in FIELDS[kind]}
    taken: set[str] = set()
    found = []
    # Shopify's export of orders calls the order's number “Name”; its lines betray it.
    of_lines = kind == "orders" and any(plain(head).startswith("lineitem ") for head in heads)
    for head in heads:
        names = ["order_id"] if of_lines and plain(head) == "name" else _candidates(kind, _bare(kind, plain(head)))
        field = next((one for one in names if one in known and one not in taken), "")
        taken.add(field)
        found.append(field)
    return found


def guess_kind(heads: list[str]) -> Kind:
    """What the rows are, by which kind knows most of the heads; orders need a number and a date."""
    score = {kind: sum(1 for one in guess_fields(kind, heads) if one) for kind in FIELDS}
    if not {"order_id", "at"} <= set(guess_fields("orders", heads)):
        score["orders"] = 0
    if "product_id" not in guess_fields("products", heads):
        score["products"] = 0
    if not {"starts", "amount"} <= set(guess_fields("spend", heads)) or score["orders"]:
        score["spend"] = 0
    return max(("orders", "customers", "products", "spend"), key=lambda kind: score[kind])


def missing(kind: Kind, mapped: set[str]) -> tuple[str, ...]:
    """Codes of what a mapping lacks: `missing:<field>` or `missing_one_of:<group>`."""
    wants = [f"missing:{one.key}" for one in FIELDS[kind] if one.required and one.key not in mapped]
    groups = {one.one_of for one in FIELDS[kind] if one.one_of}
    if tells_of_somebody(kind, mapped):  # a list on paper knows no number
        groups.discard("who")
    for group in sorted(groups):
        if not mapped & {one.key for one in FIELDS[kind] if one.one_of == group}:
            wants += [f"missing_one_of:{group}"]
    return tuple(wants)


def tells_of_somebody(kind: Kind, fields: Collection[str]) -> bool:
    """Whether these fields of a customer say enough without any identifier: a surname and where or when."""
    return kind == "customers" and not PAPER_NAMES.isdisjoint(fields) and not PAPER_REST.isdisjoint(fields)


def currency_in(head: str) -> str:
    """The currency a head names, as in “Amount spent (EUR)”; "" when it names none."""
    match = _CODE.match(plain(head))
    code = match["code"].upper() if match else ""
    return code if code in CURRENCIES else ""


def _bare(kind: Kind, head: str) -> str:
    """A head of media spend without the currency it names."""
    return head[:-4] if kind == "spend" and head not in _BY_HEAD and currency_in(head) else head


def _candidates(kind: Kind, head: str) -> list[str]:
    found = list(_BY_HEAD.get(head, ()))
    also = _ALSO.get(kind, {})
    return found + [field for field, others in also.items() if any(one in others for one in found)]


def _by_head() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for field, heads in _HEADS.items():
        for head in (field.replace("_", " "), *heads.split(",")):
            found[head.strip()] = (*found.get(head.strip(), ()), field)
    return found


_BY_HEAD = _by_head()
