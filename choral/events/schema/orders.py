"""Checkout, orders, refunds, coupons and deliveries, whether at a till, in a shop's pages or on a marketplace."""

from __future__ import annotations

from choral.events.schema.kinds import Coupon, Number, Order, Properties, Text


class CheckoutStarted(Order):
    """Somebody began to pay."""

    EVENT, GA4 = "Checkout Started", "begin_checkout"


class _CheckoutStep(Properties):
    checkout_id: Text = None
    step: Number = None
    shipping_method: Text = None
    payment_method: Text = None


class CheckoutStepViewed(_CheckoutStep):
    """A step of the checkout was shown."""

    EVENT = "Checkout Step Viewed"


class CheckoutStepCompleted(_CheckoutStep):
    """A step of the checkout was done."""

    EVENT, GA4 = "Checkout Step Completed", "add_shipping_info"


class PaymentInfoEntered(_CheckoutStep):
    """The way of paying was given."""

    EVENT, GA4 = "Payment Info Entered", "add_payment_info"
    order_id: Text = None


class OrderCompleted(Order):
    """An order was placed, or a receipt was printed at a till. Told once for each order."""

    EVENT, GA4 = "Order Completed", "purchase"
    loyalty_card: Text = None
    marketplace: Text = None


class OrderUpdated(Order):
    """An order was changed; carries its new state."""

    EVENT = "Order Updated"


class OrderCancelled(Order):
    """An order was called off before it was fulfilled."""

    EVENT = "Order Cancelled"


class OrderRefunded(Order):
    """Money went back for an order or some of its lines; the amount is what went back, as a positive number."""

    EVENT, GA4 = "Order Refunded", "refund"
    refund_id: Text = None
    reason: Text = None


class OrderReturned(Order):
    """Goods came back, at a counter or by post; the money is told by Order Refunded."""

    EVENT = "Order Returned"
    return_id: Text = None
    reason: Text = None


class CouponIssued(Coupon):
    """A customer was given a coupon in any channel."""

    EVENT = "Coupon Issued"


class CouponEntered(Coupon):
    """A coupon was typed or scanned, not yet judged."""

    EVENT = "Coupon Entered"


class CouponApplied(Coupon):
    """A coupon lowered the price of a cart."""

    EVENT = "Coupon Applied"


class CouponDenied(Coupon):
    """A coupon was turned down."""

    EVENT = "Coupon Denied"
    reason: Text = None


class CouponRemoved(Coupon):
    """A coupon was taken out of a cart."""

    EVENT = "Coupon Removed"


class CouponRedeemed(Coupon):
    """A coupon was used up by an order or a receipt."""

    EVENT = "Coupon Redeemed"


class _Parcel(Properties):
    order_id: Text = None
    shipment_id: Text = None
    carrier: Text = None
    store_id: Text = None
    reason: Text = None


class ParcelShipped(_Parcel):
    """A parcel was handed to its carrier."""

    EVENT = "Parcel Shipped"


class ParcelDelivered(_Parcel):
    """A parcel reached the customer."""

    EVENT = "Parcel Delivered"


class DeliveryFailed(_Parcel):
    """A parcel could not be delivered."""

    EVENT = "Delivery Failed"


class PickupReady(_Parcel):
    """An order waits in a store."""

    EVENT = "Pickup Ready"


class OrderPickedUp(_Parcel):
    """A customer took an order from a store."""

    EVENT = "Order Picked Up"
