"""What the code says about its nn.Module classes: names, bases, attributes, calls, values, control flow.

Facts are read from trees and never from raw text; nothing here decides what is wrong, that is for rules.
"""
