"""The year as SQL over the package's tables: one JSON line an event, in the order things happened.

Times in the files are UTC (the chain's own clock says some five hours less); days of campaigns and redemptions are
plain days and are set at noon in the chain's zone, America/New_York. Amounts are dollars with two decimals. What was
paid for a line is `sales_value`; discounts (by card, by coupon, coupons matched by the chain) are beside it.
"""

from __future__ import annotations

RECEIPTS = """
    WITH receipts AS (
      SELECT basket_id, any_value(household_id) AS household_id, any_value(store_id) AS store_id,
             epoch_us(any_value(transaction_timestamp)) AS happened, sum(sales_value::DECIMAL(12, 2)) AS total,
             list({'product_id': product_id::VARCHAR, 'quantity': quantity, 'total': sales_value::DECIMAL(12, 2),
                   'discount': (retail_disc + coupon_disc + coupon_match_disc)::DECIMAL(12, 2)}
                  ORDER BY product_id) AS products
      FROM transactions GROUP BY basket_id)
    SELECT to_json({'name': 'Order Completed', 'id': 'receipt-' || basket_id, 'at': happened,
                    'ids': ['card:' || household_id], 'channel': 'store',
                    'properties': {'order_id': basket_id::VARCHAR, 'store_id': store_id::VARCHAR, 'total': total,
                                   'currency': 'USD', 'products': products}})::VARCHAR AS line
    FROM receipts ORDER BY happened, basket_id"""

HOUSEHOLDS = """
    SELECT to_json({'name': 'Customer Identified', 'id': 'household-' || household_id,
                    'at': epoch_us(TIMESTAMPTZ '2017-01-01 00:00:00-05'), 'ids': ['card:' || household_id],
                    'channel': 'store',
                    'traits': {'age_band': age, 'income_band': income, 'home_ownership': home_ownership,
                               'marital_status': marital_status, 'household_size': household_size,
                               'household_composition': household_comp, 'kids': kids_count}})::VARCHAR AS line
    FROM demographics ORDER BY household_id"""

MAILINGS = """
    SELECT to_json({'name': 'Mail Piece Sent', 'id': 'mailing-' || campaign_id || '-' || household_id,
                    'at': epoch_us(timezone('America/New_York', start_date::TIMESTAMP + INTERVAL 12 HOUR)),
                    'ids': ['card:' || household_id], 'channel': 'direct_mail',
                    'properties': {'campaign_id': campaign_id::VARCHAR, 'campaign_name': 'Campaign ' || campaign_id,
                                   'kind': campaign_type}})::VARCHAR AS line
    FROM campaigns JOIN campaign_descriptions USING (campaign_id) ORDER BY start_date, campaign_id, household_id"""

# A household may redeem the same coupon several times on one day: the number tells them apart.
REDEMPTIONS = """
    WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY household_id, coupon_upc, campaign_id, redemption_date) AS number
      FROM coupon_redemptions)
    SELECT to_json({'name': 'Coupon Redeemed',
                    'id': concat_ws('-', 'redemption', household_id, coupon_upc, campaign_id,
                                    strftime(redemption_date, '%Y%m%d'), number),
                    'at': epoch_us(timezone('America/New_York', redemption_date::TIMESTAMP + INTERVAL 12 HOUR)),
                    'ids': ['card:' || household_id], 'channel': 'store',
                    'properties': {'coupon_id': coupon_upc::VARCHAR, 'campaign_id': campaign_id::VARCHAR}})::VARCHAR
           AS line
    FROM numbered ORDER BY redemption_date, household_id, coupon_upc, campaign_id, number"""

PRODUCTS = """
    SELECT product_id::VARCHAR AS product_id,
           coalesce(product_type, product_category, 'Product ' || product_id) AS name, department,
           product_category AS category, brand, manufacturer_id::VARCHAR AS manufacturer, package_size AS size
    FROM products ORDER BY products.product_id"""
STORES = """
    SELECT store_id::VARCHAR AS store_id, 'Store ' || store_id AS name
    FROM (SELECT store_id FROM transactions UNION SELECT store_id FROM promotions) ORDER BY 1"""
CAMPAIGNS = """
    SELECT campaign_id::VARCHAR AS campaign_id, 'Campaign ' || campaign_id AS name, campaign_type AS kind,
           'direct_mail' AS channel, start_date::DATE AS starts, end_date::DATE AS ends
    FROM campaign_descriptions ORDER BY start_date, campaign_descriptions.campaign_id"""
COUPONS = """
    SELECT coupon_upc::VARCHAR AS coupon_id, product_id::VARCHAR AS product_id, campaign_id::VARCHAR AS campaign_id
    FROM coupons ORDER BY coupons.campaign_id, coupon_upc, coupons.product_id"""
# As they stand in the file: casting alone keeps 20.9 million rows streaming.
PLACEMENTS = """
    SELECT product_id::VARCHAR AS product_id, store_id::VARCHAR AS store_id, week::INTEGER AS week,
           display_location AS display, mailer_location AS mailer FROM promotions"""
