"""The words of findings in three languages: figures, places, steps, feasts, and the patterns of sentences.

Console, API, command line and mail say the same; a pattern names its values, so that languages may order them anew.
"""

from __future__ import annotations

LANGUAGES = ("en", "fr", "it")
Text = dict[str, str]
METRICS: dict[str, Text] = {
    "sales": {"en": "Sales", "fr": "Ventes", "it": "Vendite"},
    "orders": {"en": "Orders", "fr": "Commandes", "it": "Ordini"},
    "average": {"en": "Average order", "fr": "Panier moyen", "it": "Ordine medio"},
    "discount_share": {"en": "Discounts, share of sales", "fr": "Remises, part des ventes",
                       "it": "Sconti, quota delle vendite"},
    "refund_share": {"en": "Refunds, share of orders", "fr": "Remboursements, part des commandes",
                     "it": "Rimborsi, quota degli ordini"},
    "recognised": {"en": "Recognised orders", "fr": "Commandes reconnues", "it": "Ordini riconosciuti"},
    "customers": {"en": "Customers who bought", "fr": "Clients acheteurs", "it": "Clienti che hanno acquistato"},
    "new_customers": {"en": "New customers", "fr": "Nouveaux clients", "it": "Nuovi clienti"},
    "conversion": {"en": "Visits that end with an order", "fr": "Visites qui finissent par une commande",
                   "it": "Visite che finiscono con un ordine"},
    "redemptions": {"en": "Coupons redeemed", "fr": "Coupons utilisés", "it": "Coupon utilizzati"},
    "slipping": {"en": "Customers falling silent", "fr": "Clients qui deviennent silencieux",
                 "it": "Clienti che diventano silenziosi"},
}  # fmt: skip
CHANNELS: dict[str, Text] = {
    "store": {"en": "store", "fr": "magasin", "it": "negozio"},
    "web": {"en": "web site", "fr": "site web", "it": "sito web"},
    "app": {"en": "app", "fr": "application", "it": "app"},
    "marketplace": {"en": "marketplace", "fr": "place de marché", "it": "marketplace"},
    "phone": {"en": "telephone", "fr": "téléphone", "it": "telefono"},
    "email": {"en": "e-mail", "fr": "e-mail", "it": "e-mail"},
    "sms": {"en": "text message", "fr": "SMS", "it": "SMS"},
    "direct_mail": {"en": "post", "fr": "courrier", "it": "posta"},
}
PLACES: dict[str, Text] = {
    "channel": {"en": "channel {name}", "fr": "canal {name}", "it": "canale {name}"},
    "store": {"en": "store {name}", "fr": "magasin {name}", "it": "negozio {name}"},
    "department": {"en": "department {name}", "fr": "rayon {name}", "it": "reparto {name}"},
    "product": {"en": "product {name}", "fr": "produit {name}", "it": "prodotto {name}"},
    "kind": {"en": "{name}", "fr": "{name}", "it": "{name}"},
}
KINDS: dict[str, Text] = {
    "new": {"en": "first orders", "fr": "premières commandes", "it": "primi ordini"},
    "returning": {"en": "orders of known customers", "fr": "commandes de clients connus",
                  "it": "ordini di clienti già noti"},
    "unknown": {"en": "customers not recognised", "fr": "clients non reconnus", "it": "clienti non riconosciuti"},
}  # fmt: skip
STEPS: dict[str, Text] = {
    "visited": {"en": "a visit", "fr": "une visite", "it": "una visita"},
    "viewed": {"en": "a product", "fr": "un produit", "it": "un prodotto"},
    "added": {"en": "the basket", "fr": "le panier", "it": "il carrello"},
    "ordered": {"en": "the order", "fr": "la commande", "it": "l’ordine"},
}
FEASTS: dict[str, Text] = {
    "new_year": {"en": "New Year", "fr": "le Nouvel An", "it": "il Capodanno"},
    "easter": {"en": "Easter", "fr": "Pâques", "it": "la Pasqua"},
    "may_day": {"en": "May Day", "fr": "le 1er mai", "it": "il 1º maggio"},
    "assumption": {"en": "15 August", "fr": "le 15 août", "it": "Ferragosto"},
    "black_friday": {"en": "Black Friday", "fr": "le Black Friday", "it": "il Black Friday"},
    "christmas": {"en": "Christmas", "fr": "Noël", "it": "il Natale"},
}
WHEN: dict[str, Text] = {
    "day": {"en": "on {since}", "fr": "le {since}", "it": "il {since}"},
    "week": {"en": "in the week from {since} to {until}", "fr": "la semaine du {since} au {until}",
             "it": "nella settimana dal {since} al {until}"},
    "four_weeks": {"en": "in the four weeks from {since} to {until}", "fr": "les quatre semaines du {since} au {until}",
                   "it": "nelle quattro settimane dal {since} al {until}"},
    "since": {"en": "since {since}", "fr": "depuis le {since}", "it": "dal {since}"},
}  # fmt: skip
SENTENCES: dict[str, Text] = {
    "change": {"en": "{what}: {value} {when}, {change} than expected ({low} to {high}).",
               "fr": "{what} : {value} {when}, {change} que prévu ({low} à {high}).",
               "it": "{what}: {value} {when}, {change} del previsto (da {low} a {high})."},
    "more": {"en": "{by} more", "fr": "{by} de plus", "it": "{by} in più"},
    "less": {"en": "{by} less", "fr": "{by} de moins", "it": "{by} in meno"},
    "points": {"en": "{by} points", "fr": "{by} points", "it": "{by} punti"},
    "funnel": {"en": "{channel}: since {since}, {value} of those who came to {first} went on to {second}; before, it "
                     "was {expected}.",
               "fr": "{channel} : depuis le {since}, {value} de ceux qui arrivent à {first} vont jusqu’à {second} ; "
                     "auparavant, c’était {expected}.",
               "it": "{channel}: dal {since}, il {value} di chi arriva a {first} prosegue fino a {second}; prima era "
                     "il {expected}."},
    "silent_source": {"en": "Nothing has come from the source {name} since {since}; about {expected} events would "
                            "have been usual.",
                      "fr": "Rien n’arrive plus de la source {name} depuis le {since} ; environ {expected} événements "
                            "auraient été habituels.",
                      "it": "Dal {since} non arriva più nulla dalla fonte {name}; di solito sarebbero stati circa "
                            "{expected} eventi."},
    "silent_event": {"en": "“{event}” no longer comes from the source {name} since {since}, though the source goes "
                           "on; about {expected} would have been usual.",
                     "fr": "« {event} » n’arrive plus de la source {name} depuis le {since}, alors que la source "
                           "continue ; environ {expected} auraient été habituels.",
                     "it": "Dal {since} “{event}” non arriva più dalla fonte {name}, che però continua; di solito "
                           "sarebbero stati circa {expected}."},
    "product_gone": {"en": "{what} has not sold since {since}; about {expected} lines would have been usual.",
                     "fr": "{what} : aucune vente depuis le {since} ; environ {expected} lignes auraient été "
                           "habituelles.",
                     "it": "{what}: nessuna vendita dal {since}; di solito sarebbero state circa {expected} righe."},
    "place_gone": {"en": "{what} has sold nothing since {since}; about {expected} orders would have been usual.",
                   "fr": "{what} : plus aucune commande depuis le {since} ; environ {expected} auraient été "
                         "habituelles.",
                   "it": "{what}: nessun ordine dal {since}; di solito sarebbero stati circa {expected}."},
    "brought": {"en": "The campaign “{name}” is over and brought {money} ({low} to {high}), against customers like "
                      "those who got it.",
                "fr": "La campagne « {name} » est finie et a rapporté {money} ({low} à {high}), par rapport à des "
                      "clients semblables.",
                "it": "La campagna “{name}” è finita e ha portato {money} (da {low} a {high}), rispetto a clienti "
                      "simili."},
    "cost": {"en": "The campaign “{name}” is over; those who got it bought for {money} less ({low} to {high}) than "
                   "customers like them.",
             "fr": "La campagne « {name} » est finie ; ceux qui l’ont reçue ont acheté pour {money} de moins ({low} à "
                   "{high}) que des clients semblables.",
             "it": "La campagna “{name}” è finita; chi l’ha ricevuta ha acquistato per {money} in meno (da {low} a "
                   "{high}) di clienti simili."},
    "no_effect_shown": {"en": "The campaign “{name}” is over; no effect can be shown (between {low} and {high}).",
                        "fr": "La campagne « {name} » est finie ; aucun effet ne peut être démontré (entre {low} et "
                              "{high}).",
                        "it": "La campagna “{name}” è finita; non si può dimostrare alcun effetto (tra {low} e "
                              "{high})."},
    "slipping_away": {"en": "{value} customers have fallen silent for longer than ever before in the last four weeks; "
                            "together they spent {money} in their last year.",
                      "fr": "Ces quatre dernières semaines, {value} clients sont devenus plus silencieux que jamais ; "
                            "ensemble, ils avaient dépensé {money} en un an.",
                      "it": "Nelle ultime quattro settimane {value} clienti sono rimasti in silenzio più a lungo che "
                            "mai; insieme avevano speso {money} in un anno."},
}  # fmt: skip
EVIDENCE: dict[str, Text] = {
    "loss": {"en": "It costs about {money} ({low} to {high}).", "fr": "Cela coûte environ {money} ({low} à {high}).",
             "it": "Costa circa {money} (da {low} a {high})."},
    "gain": {"en": "It is worth about {money} ({low} to {high}).", "fr": "Cela vaut environ {money} ({low} à {high}).",
             "it": "Vale circa {money} (da {low} a {high})."},
    "loss_about": {"en": "It costs about {money}.", "fr": "Cela coûte environ {money}.", "it": "Costa circa {money}."},
    "gain_about": {"en": "It is worth about {money}.", "fr": "Cela vaut environ {money}.",
                   "it": "Vale circa {money}."},
    "no_money": {"en": "What it is worth in money is not known.", "fr": "Sa valeur en argent n’est pas connue.",
                 "it": "Quanto vale in denaro non si sa."},
    "explains": {"en": "It makes up {share} of the change of the whole shop.",
                 "fr": "Cela représente {share} de l’évolution de tout le commerce.",
                 "it": "Rappresenta il {share} della variazione di tutto il negozio."},
    "also": {"en": "With it: {list}.", "fr": "En même temps : {list}.", "it": "Insieme: {list}."},
    "rather": {"en": "{what}: {value} rather than {expected}", "fr": "{what} : {value} au lieu de {expected}",
               "it": "{what}: {value} anziché {expected}"},
    "sure": {"en": "If nothing had changed, chance would show this {p} of the time. It says that something "
                   "changed, not why.",
             "fr": "Si rien n’avait changé, le hasard le montrerait {p} du temps. Cela dit que quelque chose a "
                   "changé, non pourquoi.",
             "it": "Se nulla fosse cambiato, il caso lo mostrerebbe {p} delle volte. Dice che qualcosa è "
                   "cambiato, non perché."},
    "unsure": {"en": "Not sure: {feast} lies in these days, and with less than two years of data nobody can know what "
                     "is usual then.",
               "fr": "Pas sûr : {feast} tombe dans ces jours, et avec moins de deux ans de données nul ne sait ce qui "
                     "est alors habituel.",
               "it": "Non sicuro: in questi giorni cade {feast} e con meno di due anni di dati non si può sapere che "
                     "cosa sia usuale."},
    "correlation": {"en": "A comparison of customers alike, not an experiment: nobody drew lots.",
                    "fr": "Une comparaison de clients semblables, pas une expérience : personne n’a tiré au sort.",
                    "it": "Un confronto tra clienti simili, non un esperimento: nessuno ha tirato a sorte."},
    "counted": {"en": "Counted, not estimated.", "fr": "Compté, non estimé.", "it": "Contato, non stimato."},
    "about": {"en": "about {p}", "fr": "environ {p}", "it": "circa il {p}"},
    "below": {"en": "less than {p}", "fr": "moins de {p}", "it": "meno dello {p}"},
}  # fmt: skip
LETTER: dict[str, Text] = {
    "nothing": {"en": "Nothing out of the ordinary up to {until}: {count} series were looked at.",
                "fr": "Rien d’inhabituel jusqu’au {until} : {count} séries ont été examinées.",
                "it": "Nulla di insolito fino al {until}: sono state esaminate {count} serie."},
    "found": {"en": "What changed, up to {until}:", "fr": "Ce qui a changé, jusqu’au {until} :",
              "it": "Che cosa è cambiato, fino al {until}:"},
    "level": {"en": "{count} series were looked at; of what is told, at most {share} is chance on average.",
              "fr": "{count} séries ont été examinées ; de ce qui est dit, au plus {share} est dû au hasard en "
                    "moyenne.",
              "it": "Sono state esaminate {count} serie; di ciò che si dice, in media al massimo il {share} è dovuto "
                    "al caso."},
}  # fmt: skip
