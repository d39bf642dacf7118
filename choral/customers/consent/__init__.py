"""Consent: who agreed to what, on which channel, said where and proven how; and when a channel may be used at all.

The door is `choral.customers.consent.door.Consent`, as `shop.customers.consent`.
"""
