"""Not torch, although it is called F."""


class F:
    @staticmethod
    def relu(x):
        return x
