"""Audits of annotation tables: counts, agreement, rates, gaps, their intervals, their disclosure.

The way through the room: a table is bound and cleaned (`ratings`), reduced to a few hundred rows
of whole numbers (`patterns`), from which every statistic and its interval is computed (`agreement`,
`rates`, `jackknife`), judged (`verdicts`), hidden where it would give a person away (`disclosure`),
and written (`record`).
"""
