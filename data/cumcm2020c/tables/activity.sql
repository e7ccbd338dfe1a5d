-- Money in and out by month, with VAT, from valid invoices. A red (negative) invoice is a refund: of a sale it is money
-- that goes out, of a purchase money that comes in. Sums are exact decimals, so they do not depend on the order of rows.
WITH invoices AS (
    SELECT company_id, invoice_date, CAST(total AS DECIMAL(18, 2)) AS moved, voided
    FROM (FROM invoices_rated_output UNION ALL FROM invoices_unrated_output)
    UNION ALL
    SELECT company_id, invoice_date, -CAST(total AS DECIMAL(18, 2)), voided
    FROM (FROM invoices_rated_input UNION ALL FROM invoices_unrated_input)
)
SELECT
    company_id AS customer_id,
    date_trunc('month', invoice_date) AS month,
    coalesce(sum(moved) FILTER (moved > 0), 0) AS inflow,
    coalesce(-sum(moved) FILTER (moved < 0), 0) AS outflow,
    count(*) AS transactions
FROM invoices
WHERE NOT voided
GROUP BY ALL
