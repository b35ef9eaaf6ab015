"""Plays the conversations of `evaluation/conversations` through the product and judges what came of them.

Who answers for Claude is a parameter: an endpoint (`manage.py play_conversations`) or answers recorded there.
"""
