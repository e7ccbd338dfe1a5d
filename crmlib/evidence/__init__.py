"""Evidence: does what the case claims hold, on an outside criterion, and could it have come out otherwise?"""
