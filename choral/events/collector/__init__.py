"""The collector: the wire protocols of the field's SDKs on one port, every event with its verdict, 200 = on disk."""
