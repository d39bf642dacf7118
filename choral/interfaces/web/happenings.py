"""What happened, in a sentence a person reads: the events of a time line and of the live view."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.money import Money
from choral.customers.values import TimelineEntry
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_icon

Text = str | Promise
# What the events of the vocabulary are called; those of the shop’s own are shown by their own name.
_TITLES: dict[str, Text] = {
    "Order Completed": gettext_lazy("Bought"),
    "Order Refunded": gettext_lazy("Was given money back"),
    "Order Cancelled": gettext_lazy("Cancelled an order"),
    "Order Returned": gettext_lazy("Brought goods back"),
    "Mail Piece Sent": gettext_lazy("Was sent a letter"),
    "Coupon Redeemed": gettext_lazy("Redeemed a coupon"),
    "Coupon Applied": gettext_lazy("Used a coupon"),
    "Coupon Issued": gettext_lazy("Was given a coupon"),
    "Customer Identified": gettext_lazy("Said who they are"),
    "Identifiers Linked": gettext_lazy("Was recognised"),
    "Page Viewed": gettext_lazy("Looked at a page"),
    "Screen Viewed": gettext_lazy("Looked at a screen"),
    "Product Viewed": gettext_lazy("Looked at a product"),
    "Product List Viewed": gettext_lazy("Looked at a list of products"),
    "Products Searched": gettext_lazy("Searched"),
    "Product Added": gettext_lazy("Put a product into the basket"),
    "Product Removed": gettext_lazy("Took a product out of the basket"),
    "Cart Viewed": gettext_lazy("Looked at the basket"),
    "Checkout Started": gettext_lazy("Went to the checkout"),
    "Email Delivered": gettext_lazy("Got an e-mail"),
    "Email Opened": gettext_lazy("Opened an e-mail"),
    "Email Clicked": gettext_lazy("Clicked in an e-mail"),
    "SMS Delivered": gettext_lazy("Got a text message"),
    "Push Opened": gettext_lazy("Opened a push message"),
    "Call Ended": gettext_lazy("Was on the telephone"),
    "Call Started": gettext_lazy("Called"),
    "Store Visited": gettext_lazy("Came into a store"),
    "Customer Rectified": gettext_lazy("Was corrected"),
    "Audience Entered": gettext_lazy("Entered an audience"),
    "Audience Left": gettext_lazy("Left an audience"),
    "Dataset Imported": gettext_lazy("Reference data were imported"),
    "Source Withdrawn": gettext_lazy("A source was taken back"),
    "Consent Given": gettext_lazy("Agreed to messages or use of data"),
    "Consent Withdrawn": gettext_lazy("Said no to messages or use of data"),
    "Consent Requested": gettext_lazy("Asked for something, to be confirmed"),
    "Consent Paused": gettext_lazy("Asked for a rest from messages"),
    "Processing Restricted": gettext_lazy("Restricted the use of their data"),
    "Restriction Lifted": gettext_lazy("Let their data be used again"),
    "Ad Clicked": gettext_lazy("Clicked an advertisement"),
    "Ad Impression": gettext_lazy("Saw an advertisement"),
    "Application Installed": gettext_lazy("Installed the app"),
    "Application Opened": gettext_lazy("Opened the app"),
    "Application Uninstalled": gettext_lazy("Removed the app"),
    "Search Result Clicked": gettext_lazy("Came from a search engine"),
    "Link Clicked": gettext_lazy("Followed a link"),
    "Form Submitted": gettext_lazy("Sent a form"),
    "Store Left": gettext_lazy("Left the store"),
    "Associate Advised": gettext_lazy("Was advised in the store"),
    "Token Read": gettext_lazy("Showed a token"),
    "Print Code Scanned": gettext_lazy("Scanned a printed code"),
    "Booking Made": gettext_lazy("Made a booking"),
    "Token Issued": gettext_lazy("Was given a token"),
    "Token Blocked": gettext_lazy("A token was blocked"),
    "Token Unblocked": gettext_lazy("A token works again"),
    "Token Replaced": gettext_lazy("A token was replaced"),
    "Token Returned": gettext_lazy("Gave a token back"),
    "Token Lent": gettext_lazy("A token was lent"),
    "Token Loan Ended": gettext_lazy("A loan of a token ended"),
    "Access Granted": gettext_lazy("May open something from now on"),
    "Access Revoked": gettext_lazy("May no longer open something"),
    "Product List Filtered": gettext_lazy("Narrowed a list of products"),
    "Promotion Viewed": gettext_lazy("Saw a promotion"),
    "Promotion Clicked": gettext_lazy("Clicked a promotion"),
    "Product Clicked": gettext_lazy("Clicked a product"),
    "Product Added to Wishlist": gettext_lazy("Put a product on the wish list"),
    "Product Removed from Wishlist": gettext_lazy("Took a product off the wish list"),
    "Wishlist Product Added to Cart": gettext_lazy("Moved a wish into the basket"),
    "Product Shared": gettext_lazy("Shared a product"),
    "Cart Shared": gettext_lazy("Shared the basket"),
    "Product Reviewed": gettext_lazy("Wrote a review"),
    "Checkout Step Viewed": gettext_lazy("Saw a step of the checkout"),
    "Checkout Step Completed": gettext_lazy("Finished a step of the checkout"),
    "Payment Info Entered": gettext_lazy("Chose how to pay"),
    "Order Updated": gettext_lazy("An order changed"),
    "Coupon Entered": gettext_lazy("Entered a coupon"),
    "Coupon Denied": gettext_lazy("A coupon was not accepted"),
    "Coupon Removed": gettext_lazy("Took a coupon off"),
    "Parcel Shipped": gettext_lazy("A parcel left"),
    "Parcel Delivered": gettext_lazy("Got a parcel"),
    "Delivery Failed": gettext_lazy("A delivery failed"),
    "Pickup Ready": gettext_lazy("An order is ready for pickup"),
    "Order Picked Up": gettext_lazy("Picked an order up"),
    "Group Joined": gettext_lazy("Joined a group"),
    "Customer Erased": gettext_lazy("Was erased"),
    "Identifier Verified": gettext_lazy("An address or a number was proven"),
    "Customers Merged": gettext_lazy("Two records became one"),
    "Merge Undone": gettext_lazy("A merge was undone"),
    "Identifiers Kept Apart": gettext_lazy("Identifiers are held apart"),
    "Identifiers Let Together": gettext_lazy("Identifiers may belong together again"),
    "Identity Rules Changed": gettext_lazy("The rules of identity changed"),
    "Signed Up": gettext_lazy("Signed up"),
    "Signed In": gettext_lazy("Signed in"),
    "Signed Out": gettext_lazy("Signed out"),
    "Points Earned": gettext_lazy("Earned points"),
    "Points Spent": gettext_lazy("Spent points"),
    "Lead Generated": gettext_lazy("Left their details"),
    "Survey Answered": gettext_lazy("Answered a survey"),
    "Email Sent": gettext_lazy("Was sent an e-mail"),
    "Email Bounced": gettext_lazy("An e-mail came back"),
    "Email Marked as Spam": gettext_lazy("Called an e-mail spam"),
    "Unsubscribed": gettext_lazy("Unsubscribed from messages"),
    "SMS Sent": gettext_lazy("Was sent a text message"),
    "SMS Clicked": gettext_lazy("Clicked in a text message"),
    "SMS Failed": gettext_lazy("A text message failed"),
    "SMS Received": gettext_lazy("Wrote a text message"),
    "Push Sent": gettext_lazy("Was sent a push message"),
    "Push Delivered": gettext_lazy("Got a push message"),
    "Push Failed": gettext_lazy("A push message failed"),
    "Mail Piece Returned": gettext_lazy("A letter came back"),
    "Chat Started": gettext_lazy("Began a chat"),
    "Message Sent": gettext_lazy("Wrote or got a message"),
    "Chat Ended": gettext_lazy("Ended a chat"),
    "Voice Menu Chosen": gettext_lazy("Chose in a voice menu"),
    "Voice Assistant Asked": gettext_lazy("Asked a voice assistant"),
    "Social Post Viewed": gettext_lazy("Saw a post"),
    "Social Post Engaged": gettext_lazy("Answered a post"),
    "Social Mentioned": gettext_lazy("Spoke of the shop"),
    "Media Played": gettext_lazy("Watched or listened"),
    "Campaign Touched": gettext_lazy("Was reached by a campaign"),
    "Experiment Viewed": gettext_lazy("Took part in an experiment"),
    "Experiment Changed": gettext_lazy("An experiment was planned or changed"),
    "Computed Trait Defined": gettext_lazy("A figure about customers was defined"),
    "Computed Trait Removed": gettext_lazy("A figure about customers was removed"),
    "Recommendation Rule Set": gettext_lazy("A rule of recommendations was set"),
    "Recommendation Rule Removed": gettext_lazy("A rule of recommendations was taken back"),
    "Area Study Kept": gettext_lazy("A question about areas was kept"),
    "Area Study Removed": gettext_lazy("A question about areas was put away"),
}
_ICONS = {"Order Completed": "orders", "Order Refunded": "undo", "Order Returned": "undo", "Coupon Redeemed": "coupon",
          "Coupon Applied": "coupon", "Coupon Issued": "coupon", "Customer Identified": "person",
          "Customer Rectified": "edit", "Token Read": "token", "Products Searched": "search",
          "Product Added": "basket"}  # fmt: skip
_TONES = {"Order Completed": "good", "Order Refunded": "bad", "Coupon Redeemed": "accent", "Coupon Applied": "accent"}


def title(name: str) -> Text:
    """What an event is called."""
    return _TITLES.get(name, name)


def icon(name: str, channel: str) -> str:
    """The drawing beside it: of the event, else of its channel."""
    return _ICONS.get(name) or channel_icon(channel)


def tone(name: str) -> str:
    return _TONES.get(name, "")


def text(entry: TimelineEntry) -> str:
    """The rest of the sentence: for how much, where, of which campaign, about what."""
    parts = []
    if entry.amount is not None and entry.currency:
        parts.append(_("for %(amount)s") % {"amount": formats.money(Money(entry.amount, entry.currency))})
    if entry.place:
        parts.append(_("in store %(store)s") % {"store": entry.place})
    if entry.campaign:
        parts.append(_("campaign %(campaign)s") % {"campaign": entry.campaign})
    if entry.label and entry.label not in (entry.campaign, entry.place):
        parts.append(entry.label)
    return " · ".join(parts) if len(parts) > 2 else ", ".join(parts)


def target(entry: TimelineEntry) -> str:
    """Where it leads: to the order, to the campaign, or nowhere."""
    try:
        if entry.order_id and entry.name in ("Order Completed", "Order Refunded"):
            return reverse("order", args=[entry.position])
        if entry.campaign:
            return reverse("campaign", args=[entry.campaign])
    except NoReverseMatch:
        return ""
    return ""
