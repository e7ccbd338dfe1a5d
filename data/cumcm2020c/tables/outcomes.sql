-- Defaults of the companies with a credit record. No indicator reads them.
SELECT company_id AS customer_id, defaulted AS outcome
FROM companies
WHERE annex = '1'
