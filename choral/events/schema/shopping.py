"""Looking, choosing and the cart: Segment's e-commerce events (version 2), in any channel."""

from __future__ import annotations

from choral.events.schema.kinds import Anything, Lines, Number, Product, Properties, Text


class ProductsSearched(Properties):
    """Somebody searched the shop."""

    EVENT, GA4 = "Products Searched", "search"
    query: Anything = None
    results: Number = None


class _ProductList(Properties):
    list_id: Text = None
    category: Text = None
    products: Lines = None


class ProductListViewed(_ProductList):
    """A category, a shelf or a list of results was shown."""

    EVENT, GA4 = "Product List Viewed", "view_item_list"


class ProductListFiltered(_ProductList):
    """Somebody narrowed or sorted a list."""

    EVENT = "Product List Filtered"
    filters: list[Anything] | None = None
    sorts: list[Anything] | None = None


class _Promotion(Properties):
    promotion_id: Text = None
    creative: Text = None
    name: Text = None
    position: Text = None


class PromotionViewed(_Promotion):
    """A promotion was shown in the shop's own pages, app or screens."""

    EVENT, GA4 = "Promotion Viewed", "view_promotion"


class PromotionClicked(_Promotion):
    """Somebody followed a promotion."""

    EVENT, GA4 = "Promotion Clicked", "select_promotion"


class ProductClicked(Product):
    """A product was chosen from a list."""

    EVENT, GA4 = "Product Clicked", "select_item"
    list_id: Text = None


class ProductViewed(Product):
    """The page of a product was shown, or its label was scanned."""

    EVENT, GA4 = "Product Viewed", "view_item"


class ProductAdded(Product):
    """A product went into the cart."""

    EVENT, GA4 = "Product Added", "add_to_cart"
    cart_id: Text = None


class ProductRemoved(Product):
    """A product was taken out of the cart."""

    EVENT, GA4 = "Product Removed", "remove_from_cart"
    cart_id: Text = None


class CartViewed(Properties):
    """The cart was opened."""

    EVENT, GA4 = "Cart Viewed", "view_cart"
    cart_id: Text = None
    value: Number = None
    currency: str | None = None
    products: Lines = None


class _Wishlist(Product):
    wishlist_id: Text = None
    wishlist_name: Text = None


class ProductAddedToWishlist(_Wishlist):
    """A product was put on a wish list."""

    EVENT, GA4 = "Product Added to Wishlist", "add_to_wishlist"


class ProductRemovedFromWishlist(_Wishlist):
    """A product was taken off a wish list."""

    EVENT = "Product Removed from Wishlist"


class WishlistProductAddedToCart(_Wishlist):
    """A product went from a wish list into the cart."""

    EVENT = "Wishlist Product Added to Cart"
    cart_id: Text = None


class ProductShared(Product):
    """Somebody showed a product to others."""

    EVENT, GA4 = "Product Shared", "share"
    share_via: Text = None
    share_message: Text = None
    recipient: Text = None


class CartShared(Properties):
    """Somebody showed a cart to others."""

    EVENT = "Cart Shared"
    cart_id: Text = None
    share_via: Text = None
    share_message: Text = None
    recipient: Text = None
    products: Lines = None


class ProductReviewed(Properties):
    """A customer wrote a review."""

    EVENT = "Product Reviewed"
    product_id: Text = None
    review_id: Text = None
    review_body: Text = None
    rating: Text = None
