-- The study's indicators over the twelve months to the end of 2018 and of 2019, the two years covered for nearly all.
-- Amounts are net of VAT; a partner of a sale is its buyer. Sums are exact decimals, so they do not depend on the order
-- of rows. The columns *_whole_period run over all data, into 2020: no indicator reads them; they are compared with what
-- others have published on the same data.
WITH sold AS (
    SELECT company_id, year(invoice_date) AS year, month(invoice_date) AS month, counterparty_id AS buyer, voided,
        CAST(amount AS DECIMAL(18, 2)) AS amount
    FROM (FROM invoices_rated_output UNION ALL FROM invoices_unrated_output)
),
bought AS (
    SELECT company_id, year(invoice_date) AS year, CAST(amount AS DECIMAL(18, 2)) AS amount
    FROM (FROM invoices_rated_input UNION ALL FROM invoices_unrated_input)
    WHERE NOT voided
),
windows AS (
    SELECT company_id, year FROM companies, (VALUES (2018), (2019)) AS years(year)
),
sales AS (
    SELECT company_id, year, sum(amount) FILTER (NOT voided) AS amount, avg(CAST(NOT voided AS INT)) AS valid_share,
        count(DISTINCT month) FILTER (NOT voided AND amount > 0) AS months,
        count(DISTINCT buyer) FILTER (NOT voided) AS partners
    FROM sold GROUP BY ALL
),
buyers AS (
    SELECT company_id, year, max(amount) AS largest, sum(amount) AS amount
    FROM (SELECT company_id, year, buyer, greatest(sum(amount), 0) AS amount FROM sold WHERE NOT voided GROUP BY ALL)
    GROUP BY ALL
),
purchases AS (SELECT company_id, year, sum(amount) AS amount FROM bought GROUP BY ALL),
whole AS (
    SELECT company_id, coalesce(s.amount, 0) AS sales, coalesce(b.amount, 0) AS purchases
    FROM companies
    LEFT JOIN (SELECT company_id, sum(amount) AS amount FROM sold WHERE NOT voided GROUP BY ALL) AS s USING (company_id)
    LEFT JOIN (SELECT company_id, sum(amount) AS amount FROM bought GROUP BY ALL) AS b USING (company_id)
)
SELECT
    w.company_id AS customer_id,
    make_date(w.year, 12, 31) AS as_of,
    coalesce(s.amount, 0) AS sales,
    coalesce(s.amount, 0) - coalesce(p.amount, 0) AS margin_of_trade,
    -- As the business trend of the model: 10,000 CNY keep small sums from swinging, a factor of e is the most that counts.
    CASE WHEN before.amount > 0 THEN
        least(1, greatest(-1, ln((greatest(coalesce(s.amount, 0), 0) + 10000) / (before.amount + 10000))))
    END AS sales_growth,
    s.valid_share,
    coalesce(s.months, 0) / 12 AS active_months,
    coalesce(s.partners, 0) AS partners,
    1 - b.largest / nullif(b.amount, 0) AS spread,
    whole.sales AS sales_whole_period,
    whole.purchases AS purchases_whole_period
FROM windows AS w
LEFT JOIN sales AS s ON s.company_id = w.company_id AND s.year = w.year
LEFT JOIN sales AS before ON before.company_id = w.company_id AND before.year = w.year - 1
LEFT JOIN buyers AS b ON b.company_id = w.company_id AND b.year = w.year
LEFT JOIN purchases AS p ON p.company_id = w.company_id AND p.year = w.year
JOIN whole ON whole.company_id = w.company_id
