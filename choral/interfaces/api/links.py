"""Links over HTTP: have records compared, look at suggestions, decide, take a decision back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.customers.links.rules import LEAST
from choral.customers.links.values import LinksState, Run, Suggestion, SuggestionPage
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit

router = Router(tags=["Links"])
Id = Annotated[int, Path(ge=1, lt=1 << 63)]


class CostsIn(Strict):
    """What a wrong merge costs against a missed one, in any unit."""

    wrong: int = Field(ge=1, le=1_000_000)
    missed: int = Field(ge=1, le=1_000_000)


class Above(Strict):
    least: float = Field(ge=0, le=1, description="At least this probability; not below the threshold.")


@reads(router, "/links", "customers.view", LinksState)
def get_links(request: HttpRequest) -> LinksState:
    """How many suggestions wait, the threshold, the last comparison."""
    return shop().customers.links.state()


@writes(router, "POST", "/links/runs", "customers.edit", Run, status=201)
def compare_records(request: HttpRequest) -> Run:
    """Have the worker compare all customers' records; look at the run again to see how it goes."""
    return shop().customers.links.ask(who(request).actor)


@reads(router, "/links/runs/{run_id}", "customers.view", Run)
def get_comparison(request: HttpRequest, run_id: Id) -> Run:
    """One comparison."""
    return shop().customers.links.run(run_id)


@reads(router, "/links/suggestions", "customers.view", SuggestionPage)
def list_links(
    request: HttpRequest,
    state: Annotated[str, Query(pattern="^(open|later|accepted|refused)$")] = "open",
    least: Annotated[float, Query(ge=0, le=1, description="At least this probability.")] = LEAST,
    after: Cursor = None,
    limit: Limit = 50,
) -> SuggestionPage:
    """Pairs of customers who may be one person, likeliest first. Nothing is merged before somebody accepts it."""
    return shop().customers.links.list(state, least, after, limit, who(request).personal)


@reads(router, "/links/suggestions/{suggestion_id}", "customers.view", Suggestion)
def get_link(request: HttpRequest, suggestion_id: Id) -> Suggestion:
    """One suggestion with its evidence."""
    return shop().customers.links.get(suggestion_id, who(request).personal)


@writes(router, "POST", "/links/suggestions/{suggestion_id}/acceptance", "customers.edit", Done)
def accept_link(request: HttpRequest, suggestion_id: Id) -> Done:
    """They are one person: their customers become one. The answer's id is the correction in identity's book."""
    return Done(shop().customers.links.accept(who(request).actor, suggestion_id), "accepted")


@writes(router, "POST", "/links/suggestions/{suggestion_id}/refusal", "customers.edit", Done)
def refuse_link(request: HttpRequest, suggestion_id: Id) -> Done:
    """They are two people, whatever is found later."""
    return Done(shop().customers.links.refuse(who(request).actor, suggestion_id), "refused")


@writes(router, "POST", "/links/suggestions/{suggestion_id}/delay", "customers.edit", Done)
def put_off_link(request: HttpRequest, suggestion_id: Id) -> Done:
    """Ask again after the others."""
    shop().customers.links.later(who(request).actor, suggestion_id)
    return Done(str(suggestion_id), "later")


@writes(router, "DELETE", "/links/suggestions/{suggestion_id}/decision", "customers.edit", Done)
def reopen_link(request: HttpRequest, suggestion_id: Id) -> Done:
    """Take a decision back, with all that followed from it."""
    shop().customers.links.reopen(who(request).actor, suggestion_id)
    return Done(str(suggestion_id), "open")


@writes(router, "POST", "/links/acceptances", "customers.edit", Done)
def accept_links_above(request: HttpRequest, above: Above) -> Done:
    """Accept all open suggestions of at least this probability, 500 at most. The answer's id says how many."""
    return Done(str(shop().customers.links.accept_above(who(request).actor, above.least)), "accepted")


@writes(router, "PUT", "/links/costs", "customers.edit", LinksState)
def set_link_costs(request: HttpRequest, costs: CostsIn) -> LinksState:
    """What a wrong merge costs against a missed one; the threshold follows from it."""
    links = shop().customers.links
    links.set_costs(who(request).actor, costs.wrong, costs.missed)
    return links.state()
