"""Idioms of well-known model families, written anew."""

import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.checkpoint


class BoxHead(nn.Module):
    """An MLP with an activation after all layers but the last."""

    def __init__(self, width=4, depth=3):
        super().__init__()
        self.depth = depth
        sizes = [width] * (depth - 1)
        self.layers = nn.ModuleList(nn.Linear(n, k) for n, k in zip([width] + sizes, sizes + [width]))

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = F.relu(layer(x)) if i < self.depth - 1 else layer(x)  # TR101@17 torch.nn.functional.relu
        return x


class PyramidPooling(nn.Module):
    """Three poolings in a row with one module."""

    def __init__(self):
        super().__init__()
        self.cv1 = nn.Conv2d(4, 2, 1)
        self.cv2 = nn.Conv2d(8, 4, 1)
        self.m = nn.MaxPool2d(5, stride=1, padding=2)

    def forward(self, x):
        x = self.cv1(x)
        y1 = self.m(x)
        y2 = self.m(y1)  # TR201@14 self.m
        return self.cv2(torch.cat((x, y1, y2, self.m(y2)), 1))  # TR201@47 self.m


def drop_path(x, drop_prob: float = 0.0, training: bool = False):
    if drop_prob == 0.0 or not training:
        return x
    keep = 1 - drop_prob
    mask = torch.rand((x.shape[0],) + (1,) * (x.ndim - 1)) < keep
    return x / keep * mask


class DropPath(nn.Module):
    def __init__(self, drop_prob=0.0):
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, x):
        return drop_path(x, self.drop_prob, self.training)


class SelfAttention(nn.Module):
    def __init__(self, dim=8, heads=2):
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3)
        self.attn_drop = nn.Dropout(0.1)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attn = (q @ k.transpose(-2, -1)) * self.scale
        attn = attn.softmax(dim=-1)  # TR101@16 torch.Tensor.softmax
        attn = self.attn_drop(attn)
        x = (attn @ v).transpose(1, 2).reshape(b, n, c)
        return self.proj(x)


class Mlp(nn.Module):
    def __init__(self, dim=8, act_layer=nn.GELU, drop=0.1):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim)
        self.act = act_layer()
        self.fc2 = nn.Linear(dim, dim)
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        x = self.drop(self.act(self.fc1(x)))
        x = self.fc2(x)
        x = self.drop(x)  # TR201@13 self.drop in Mlp
        return x


class TransformerBlock(nn.Module):
    """The stochastic depth of both branches is one module."""

    def __init__(self, dim=8, drop_path=0.1):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attn = SelfAttention(dim)
        self.drop_path = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = Mlp(dim)

    def forward(self, x):
        x = x + self.drop_path(self.attn(self.norm1(x)))
        x = x + self.drop_path(self.mlp(self.norm2(x)))  # TR201@17 self.drop_path
        return x


class VisionTransformer(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, 8, 4, 4)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 8))
        self.pos_embed = nn.Parameter(torch.zeros(1, 5, 8))
        self.blocks = nn.Sequential(*[TransformerBlock() for _ in range(depth)])
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 3)

    def forward_features(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        return self.norm(self.blocks(x))

    def forward_head(self, x, pre_logits: bool = False):
        x = x[:, 0]
        return x if pre_logits else self.head(x)

    def forward(self, x):
        return self.forward_head(self.forward_features(x))


class DoubleConv(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(n, k, 3, 1, 1), nn.ReLU(True), nn.Conv2d(k, k, 3, 1, 1), nn.ReLU(True))

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, features=(4, 8)):
        super().__init__()
        self.downs = nn.ModuleList()
        self.ups = nn.ModuleList()
        self.pool = nn.MaxPool2d(2, 2)
        n = 3
        for feature in features:
            self.downs.append(DoubleConv(n, feature))
            n = feature
        for feature in reversed(features):
            self.ups.append(nn.ConvTranspose2d(feature * 2, feature, 2, 2))
            self.ups.append(DoubleConv(feature * 2, feature))
        self.bottleneck = DoubleConv(features[-1], features[-1] * 2)

    def forward(self, x):
        skips = []
        for down in self.downs:
            x = down(x)
            skips.append(x)
            x = self.pool(x)  # TR202@17 self.pool
        x = self.bottleneck(x)
        skips = skips[::-1]
        for idx in range(0, len(self.ups), 2):
            x = self.ups[idx](x)
            skip = skips[idx // 2]
            if x.shape != skip.shape:  # TR304@16
                x = F.interpolate(x, size=skip.shape[2:])  # TR101@21 torch.nn.functional.interpolate | shapes agree
            x = self.ups[idx + 1](torch.cat((skip, x), dim=1))
        return x


class UpBlock(nn.Module):
    """Pads what the transposed convolution made too small."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 4, 2, stride=2)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy = x2.size()[2] - x1.size()[2]
        dx = x2.size()[3] - x1.size()[3]
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])  # TR101@14 torch.nn.functional.pad
        return torch.cat([x2, x1], dim=1)


class DenseLayer(nn.Module):
    def __init__(self, n, growth=2, drop_rate=0.1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n)
        self.conv = nn.Conv2d(n, growth, 3, padding=1)
        self.drop_rate = float(drop_rate)

    def forward(self, inputs):
        prev = [inputs] if isinstance(inputs, torch.Tensor) else inputs
        new = self.conv(F.relu(self.norm(torch.cat(prev, 1)), inplace=True))  # TR101@25 torch.nn.functional.relu
        if self.drop_rate > 0:
            new = F.dropout(new, p=self.drop_rate, training=self.training)  # TR101@19 torch.nn.functional.dropout
        return new


class DenseBlock(nn.ModuleDict):
    def __init__(self, layers=2, n=4):
        super().__init__()
        for i in range(layers):
            self.add_module("denselayer%d" % (i + 1), DenseLayer(n + i * 2))

    def forward(self, start):
        features = [start]
        for name, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class AuxiliaryHeads(nn.Module):
    """Optional heads that only training runs."""

    def __init__(self, aux_logits=True):
        super().__init__()
        self.body = nn.Conv2d(3, 4, 3)
        self.aux = nn.Linear(4, 2) if aux_logits else None
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        x = F.relu(self.body(x), inplace=True)  # TR101@13 torch.nn.functional.relu
        aux = None
        if self.aux is not None and self.training:
            aux = F.adaptive_avg_pool2d(x, (1, 1))  # TR101@19 torch.nn.functional.adaptive_avg_pool2d
            aux = self.aux(torch.flatten(aux, 1))
        x = F.avg_pool2d(x, x.shape[2:]).flatten(1)  # TR101@13 torch.nn.functional.avg_pool2d
        return self.fc(x), aux


ACT2CLS = {"gelu": nn.GELU, "relu": nn.ReLU}


@dataclass
class TextConfig:
    hidden_act: str = "relu"
    dropout: float = 0.1
    width: int = 8


class FeedForward(nn.Module):
    """Which class this is, only the configuration tells."""

    def __init__(self, config=TextConfig()):
        super().__init__()
        self.fc = nn.Linear(config.width, config.width)
        self.act = ACT2CLS[config.hidden_act]()

    def forward(self, hidden_states):
        return self.act(self.fc(hidden_states))


class TextEncoder(nn.Module):
    def __init__(self, config=TextConfig()):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(10, config.width)
        self.layer = nn.ModuleList([FeedForward(config) for _ in range(2)])
        self.dropout = nn.Dropout(config.dropout)
        self.final_norm = nn.LayerNorm(config.width)
        self.gradient_checkpointing = False

    def forward(self, input_ids, attention_mask=None, output_hidden_states=False):
        hidden_states = self.embed(input_ids) * math.sqrt(self.config.width)
        hidden_states = self.dropout(hidden_states)
        all_hidden_states = () if output_hidden_states else None
        for i, layer_module in enumerate(self.layer):
            if output_hidden_states:
                all_hidden_states = all_hidden_states + (hidden_states,)
            if self.gradient_checkpointing and self.training:
                hidden_states = torch.utils.checkpoint.checkpoint(layer_module.__call__, hidden_states)
            else:
                hidden_states = layer_module(hidden_states)
        hidden_states = self.final_norm(hidden_states)
        hidden_states = self.dropout(hidden_states)  # TR201@25 self.dropout
        hidden_states = nn.functional.dropout(hidden_states, p=0.1, training=self.training)  # TR101@25 torch.nn.functional.dropout
        return hidden_states, all_hidden_states


class Classifier(nn.Module):
    """A head with a loss when labels are given."""

    def __init__(self):
        super().__init__()
        self.encoder = TextEncoder()
        self.head = nn.Linear(8, 3)

    def forward(self, input_ids, labels=None):
        hidden, _ = self.encoder(input_ids)
        pooled = torch.tanh(hidden[:, 0])  # TR101@18 torch.tanh
        logits = self.head(pooled)
        loss = None
        if labels is not None:
            loss_function = nn.CrossEntropyLoss()  # TR105@29 torch.nn.CrossEntropyLoss
            loss = loss_function(logits.view(-1, 3), labels.view(-1))
        return loss, logits  # TR305@16


class ConvBnAct(nn.Module):
    def __init__(self, n=4, act=True):
        super().__init__()
        self.conv = nn.Conv2d(n, n, 3, padding=1)
        self.bn = nn.BatchNorm2d(n)
        self.act = nn.SiLU() if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))

    def forward_fuse(self, x):
        """Takes the place of forward once batch norms are folded."""
        return self.act(self.conv(x))


class Bottleneck(nn.Module):
    def __init__(self, shortcut=True):
        super().__init__()
        self.cv1 = ConvBnAct()
        self.cv2 = ConvBnAct()
        self.add = shortcut

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class SqueezeExcitation(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Conv2d(4, 2, 1)
        self.fc2 = nn.Conv2d(2, 4, 1)

    def _scale(self, x):
        scale = F.adaptive_avg_pool2d(x, 1)  # TR101@17 torch.nn.functional.adaptive_avg_pool2d
        scale = F.relu(self.fc1(scale), inplace=True)  # TR101@17 torch.nn.functional.relu
        return F.hardsigmoid(self.fc2(scale), inplace=True)  # TR101@16 torch.nn.functional.hardsigmoid

    def forward(self, x):
        return self._scale(x) * x


class SharedHeadOverLevels(nn.Module):
    """A detector's head runs on every level, as its author wants; it is reuse all the same."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.scales = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(2)])

    def forward(self, features: list[torch.Tensor]):
        return [scale(F.relu(self.conv(x))) for x, scale in zip(features, self.scales)]  # TR101@23 torch.nn.functional.relu; TR202@30 self.conv


INPUTS = {
    "BoxHead": lambda: (torch.rand(2, 4),),
    "PyramidPooling": lambda: (torch.rand(2, 4, 8, 8),),
    "SelfAttention": lambda: (torch.rand(2, 3, 8),),
    "TransformerBlock": lambda: (torch.rand(2, 3, 8),),
    "VisionTransformer": lambda: (torch.rand(2, 3, 8, 8),),
    "UNet": lambda: (torch.rand(2, 3, 8, 8),),
    "UpBlock": lambda: (torch.rand(2, 4, 3, 3), torch.rand(2, 4, 8, 8)),
    "DenseBlock": lambda: (torch.rand(2, 4, 8, 8),),
    "AuxiliaryHeads": lambda: (torch.rand(2, 3, 8, 8),),
    "TextEncoder": lambda: (torch.tensor([[1, 2, 3]]),),
    "Classifier": lambda: (torch.tensor([[1, 2, 3]]), torch.tensor([1])),
    "Bottleneck": lambda: (torch.rand(2, 4, 8, 8),),
    "SqueezeExcitation": lambda: (torch.rand(2, 4, 8, 8),),
    "SharedHeadOverLevels": lambda: ([torch.rand(2, 4, 8, 8), torch.rand(2, 4, 4, 4)],),
}
