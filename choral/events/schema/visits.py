"""Meetings with the retailer's own places: pages, app, stores, tokens, codes on paper, forms."""

from __future__ import annotations

from choral.events.schema.kinds import Flag, Number, Properties, Text


class PageViewed(Properties):
    """A page of the web shop was shown."""

    EVENT, SEGMENT, GA4 = "Page Viewed", "page", "page_view"
    name: Text = None
    category: Text = None
    title: Text = None
    path: Text = None
    url: Text = None
    search: Text = None
    referrer: Text = None


class ScreenViewed(Properties):
    """A screen of the app was shown."""

    EVENT, SEGMENT, GA4 = "Screen Viewed", "screen", "screen_view"
    name: Text = None
    category: Text = None


class _Application(Properties):
    version: Text = None
    build: Text = None
    url: Text = None


class ApplicationInstalled(_Application):
    """The app was put on a device."""

    EVENT = "Application Installed"


class ApplicationOpened(_Application):
    """The app was opened."""

    EVENT = "Application Opened"


class ApplicationUninstalled(_Application):
    """The app was removed from a device."""

    EVENT = "Application Uninstalled"


class SearchResultClicked(Properties):
    """Somebody came from the result page of a search engine."""

    EVENT = "Search Result Clicked"
    engine: Text = None
    keyword: Text = None
    url: Text = None


class LinkClicked(Properties):
    """A link was followed."""

    EVENT = "Link Clicked"
    url: Text = None
    text: Text = None
    campaign_id: Text = None


class FormSubmitted(Properties):
    """A form was sent, on a page, in the app or on paper at a counter."""

    EVENT, GA4 = "Form Submitted", "form_submit"
    form_id: Text = None
    form_name: Text = None
    store_id: Text = None


class _Store(Properties):
    store_id: Text = None
    place: Text = None
    duration_s: Number = None


class StoreVisited(_Store):
    """A customer was noticed entering a store."""

    EVENT = "Store Visited"


class StoreLeft(_Store):
    """A customer was noticed leaving a store."""

    EVENT = "Store Left"


class AssociateAdvised(_Store):
    """A sales associate advised a customer."""

    EVENT = "Associate Advised"
    associate_id: Text = None


class TokenRead(Properties):
    """A wristband, card or tag of a customer was read at a door, a gate or a counter."""

    EVENT = "Token Read"
    token: Text = None
    place: Text = None
    store_id: Text = None
    allowed: Flag = None
    reason: Text = None
    direction: Text = None
    reader: Text = None
    token_id: Text = None
    grant_id: Text = None


class PrintCodeScanned(Properties):
    """A code on paper (letter, leaflet, poster, receipt, shelf) was scanned."""

    EVENT = "Print Code Scanned"
    code: Text = None
    campaign_id: Text = None
    store_id: Text = None
    product_id: Text = None


class BookingMade(Properties):
    """A time in a store or with a person was reserved."""

    EVENT = "Booking Made"
    booking_id: Text = None
    store_id: Text = None
    service: Text = None
