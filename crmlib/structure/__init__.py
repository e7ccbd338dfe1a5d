"""Who the customers are, how they are managed today, and which problems that leaves."""
