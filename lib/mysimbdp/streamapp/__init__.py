"""tenantstreamapp: sliding-window means per sensor and pollution type, to `report`, and the high ones to `alert`.

Nothing is imported here: executors import the parser on their own, and every start of an app waits for them.
"""
