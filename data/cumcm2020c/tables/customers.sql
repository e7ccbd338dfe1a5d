-- The companies; ratings are the bank's own manual grades, given to those with a credit record alone.
SELECT company_id AS customer_id, name, rating
FROM companies
