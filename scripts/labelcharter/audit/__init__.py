"""Audits of annotation tables: counts, agreement, rates, gaps, their intervals, their disclosure.

The way through the room, each folder importing only those before it:
`tables` bind and clean a table; `reductions` turn it into a few hundred rows of whole numbers;
`statistics` are functions of those, with intervals and verdicts; `questions` put the statistics to
the groups of a table, one module a check; `disclosure` hides what would give a person away, and
attacks what is left; `records` are defined audits, their gates and what is written down.
"""
