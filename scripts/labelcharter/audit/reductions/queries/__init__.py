"""The cleaning rule and the reductions as queries, for rows that stay in a database."""
