-- Annex 3: share of potential customers lost at a loan rate, for the ratings to which the bank lends.
SELECT 'A' AS rating, loan_rate, churn_A AS lost FROM annex3_rate_churn
UNION ALL SELECT 'B', loan_rate, churn_B FROM annex3_rate_churn
UNION ALL SELECT 'C', loan_rate, churn_C FROM annex3_rate_churn
