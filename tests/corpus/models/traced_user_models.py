"""Models as people write them, which are traced and exported as they are: nothing is to be said."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Detach(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        with torch.no_grad():
            y = self.fc(x)
        y = y.clone()
        y[:, 0] = 0
        return y.detach() * self.scale.exp()


class Gather(nn.Module):
    def forward(self, x, index):
        idx = index.unsqueeze(-1).expand(-1, -1, x.size(-1))
        return torch.gather(x, 1, idx)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 16), nn.ReLU())
        self.mu, self.log_var = nn.Linear(16, 4), nn.Linear(16, 4)
        self.decoder = nn.Linear(4, 64)

    def reparameterize(self, mu, log_var):
        if self.training:
            std = torch.exp(0.5 * log_var)
            return mu + torch.randn_like(std) * std
        return mu

    def forward(self, x):
        h = self.encoder(torch.flatten(x, 1))
        mu, log_var = self.mu(h), self.log_var(h)
        z = self.reparameterize(mu, log_var)
        return self.decoder(z).view_as(x), mu, log_var


class Stochastic(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        if self.training and torch.rand(1).item() < self.p:
            return x
        return x + self.fc(x)


class WhereMask(nn.Module):
    def forward(self, x, lengths):
        idx = torch.arange(x.shape[1], device=x.device)
        mask = idx[None, :] < lengths[:, None]
        x = torch.where(mask.unsqueeze(-1), x, torch.zeros_like(x))
        return x.sum(1) / lengths.clamp(min=1).unsqueeze(-1).to(x.dtype)


class FlagForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x, return_features: bool = False, temperature: float = 1.0):
        f = self.fc(x)
        if temperature != 1.0:
            f = f / temperature
        if return_features:
            return f, x
        return f


class Typed(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if isinstance(x, (list, tuple)):
            x = torch.cat(x, 1)
        if x.dtype == torch.float64:
            x = x.float()
        if not torch.jit.is_scripting() and x.is_cuda:
            x = x.contiguous()
        y = self.fc(x)
        return y, y.norm(dim=-1, keepdim=True)


INPUTS = {
    "Detach": lambda: (torch.rand(2, 8),),
    "Gather": lambda: (torch.rand(2, 5, 4), torch.tensor([[0, 2], [1, 4]])),
    "Autoencoder": lambda: (torch.rand(2, 1, 8, 8),),
    "Stochastic": lambda: (torch.rand(2, 8),),
    "WhereMask": lambda: (torch.rand(2, 5, 4), torch.tensor([2, 4])),
    "FlagForward": lambda: (torch.rand(2, 8),),
    "Typed": lambda: (torch.rand(2, 8),),
}
