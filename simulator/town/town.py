"""The town as one value: everything that is fixed before the first day begins."""

from dataclasses import dataclass

from simulator.plan import Plan
from simulator.town.catalogue import Catalogue, build_catalogue
from simulator.town.contacts import Contacts, build_contacts
from simulator.town.devices import Devices, build_devices
from simulator.town.homes import Homes, build_homes
from simulator.town.people import People, build_people
from simulator.town.tastes import Tastes, build_tastes


@dataclass(frozen=True)
class Town:
    """Who lives where, with what, wanting what."""

    homes: Homes
    people: People
    contacts: Contacts
    tastes: Tastes
    devices: Devices
    catalogue: Catalogue


def build_town(plan: Plan) -> Town:
    """The town of a plan; the same for the same people, seed, start and fault rates."""
    homes = build_homes(plan.people, plan.seed)
    people = build_people(homes, plan.seed, plan.start)
    contacts = build_contacts(homes, people, plan.seed, plan.faults.typing)
    tastes = build_tastes(people, contacts, plan.seed)
    devices = build_devices(homes, people, plan.seed, plan.faults)
    return Town(homes, people, contacts, tastes, devices, build_catalogue(plan.seed))
