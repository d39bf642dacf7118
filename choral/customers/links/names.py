"""Word lists of three languages: short forms of first names, particles, titles, kinds of streets."""

from __future__ import annotations

# root: short forms and spellings. A short form may belong to several roots (Enzo: Vincenzo or Lorenzo).
_SHORT_FORMS = """
abigail: abby gail
albert: bert al
alberto: berto
alessandra: sandra ale
alessandro: sandro ale
alexander: alex sandy alec
alexandra: alex sandra
alexandre: alex sandro
alfred: alfie fred
andrea: andy
andrew: andy drew
anthony: tony
antoine: tony toine
antonio: tonio tonino toni nino
arthur: art
baptiste: bapt
bartolomeo: meo
benedetta: benny
benjamin: ben benji
benoit: ben
caroline: caro line
caterina: rina cate
catherine: kate katie cathy cath kitty katherine kathryn
christine: chris tine
christopher: chris kit
christophe: chris
claudine: claude
daniel: dan danny
daniele: dani lele
deborah: debbie deb
domenico: mimmo nico
dominique: dom domi
edmund: ed ned
edward: ed ted eddie ned
eleanor: ellie nell nora
elisabetta: betta elisa betty
elisabeth: elizabeth liz beth betty eliza lizzie babeth lisa
emanuele: manu lele
emmanuel: manu
federica: fede
federico: fede
filippo: pippo
florence: flo
francesca: franca cesca
francesco: franco checco cecco
francois: franck fanfan
francoise: fanchon
frederic: fred
gabriele: lele
genevieve: genie
giovanna: gianna vanna
giovanni: gianni vanni nanni
giuseppe: beppe peppe pino
giuseppina: pina giusy
gregory: greg
guillaume: guigui
henri: riton
henry: harry hal
isabelle: isa belle
jacqueline: jacquie
james: jim jimmy jamie
jennifer: jen jenny
jerome: gerome
john: jack johnny jon
jonathan: jon jonny
joseph: joe jo jojo
josephine: jo fifi
juliette: julie
lorenzo: renzo enzo
luigi: gigi gino
madeleine: mado lena
margaret: maggie meg peggy greta
margherita: rita marghe
marguerite: margot margaux
martha: patty
massimiliano: max massimo
massimo: max
mathieu: mat matthieu matheo
matteo: teo
matthew: matt
maximilien: max
michael: mike mick micky
michele: miki
michel: mimi
nathaniel: nat
nicolas: nico nicholas
nicolo: nico nicola
oliver: ollie
olivier: oli
patricia: pat trish patty
patrick: pat paddy
peter: pete
philippe: phil
raffaele: lele raf
rebecca: becky
richard: rick dick rich
robert: bob rob bobby bert
roberta: robi
roberto: robi
salvatore: toto turi salvo
samuel: sam
sebastien: seb bastien
sophie: soso
stefania: stefi
stefano: ste
stephane: steph
stephanie: steph fanny
susan: sue susie
theodore: theo ted
thomas: tom tommy
tommaso: tom maso
valerie: val
veronique: vero
victoria: vicky tori
vincent: vince
vincenzo: enzo
william: bill will billy liam
yann: yannick
"""
ROOTS: dict[str, tuple[str, ...]] = {}
for _line in _SHORT_FORMS.split("\n"):
    _root, _, _forms = _line.partition(":")
    for _form in (_root, *_forms.split()):
        if _form:
            ROOTS[_form] = (*ROOTS.get(_form, ()), _root)

TITLES = frozenset("m mr mrs ms miss mme mlle dr dott dottssa sig sigra signor signora sir lady prof me mons".split())
PARTICLES = frozenset(
    "d de du des da dal dalla dalle degli dei del dell della delle di do dos la le les li lo l el al van von der den o"
    " mac mc san".split()
)
STREET_TYPES = frozenset(
    "rue r avenue av ave boulevard bd blvd boul place pl chemin ch che impasse imp allee allees all quai route rte "
    "cours square sq passage pass sentier residence res lotissement lot"
    " via v viale vle v.le corso cso piazza pza pzza p.za p.zza piazzale ple largo vicolo vico strada str contrada"
    " street st road rd lane ln close cl court ct drive dr way walk gardens gdns crescent cres terrace ter row hill"
    " parade mews grove green".split()
)
SAINTS = {"st": "saint", "ste": "sainte", "s": "san", "sta": "santa"}
