"""Exports of the programs reviewers extract in: Covidence, DistillerSR, SRDR+."""
