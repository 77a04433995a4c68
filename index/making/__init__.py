"""Labelled questions -> metrics, a trained and calibrated reader; models -> their exports.

Nothing of it is needed to answer a question.
"""
