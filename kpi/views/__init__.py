"""Pages of figures: the month of a site, its types of cases, the comparison of sites, issued reports."""
