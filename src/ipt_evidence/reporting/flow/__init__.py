"""The flow of reports and trials through the review, in the manner of PRISMA 2020: counts, diagram, page."""
