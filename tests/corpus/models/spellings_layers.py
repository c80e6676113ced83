"""Pooling, dropout, padding, resizing, shuffling and normalisation without weights as functionals."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Pooling(nn.Module):
    def forward(self, x):
        line = x[:, 0]
        volume = x.unsqueeze(1)
        a = F.max_pool2d(x, 2)  # TR101@13 torch.nn.functional.max_pool2d
        b = F.max_pool2d(x, 2, return_indices=True)[0]  # TR101@13 torch.nn.functional.max_pool2d
        c = F.avg_pool2d(x, 2)  # TR101@13 torch.nn.functional.avg_pool2d
        d = F.adaptive_avg_pool2d(x, 1)  # TR101@13 torch.nn.functional.adaptive_avg_pool2d
        e = F.adaptive_avg_pool2d(x, (1, 1))  # TR101@13 torch.nn.functional.adaptive_avg_pool2d
        f = F.adaptive_max_pool2d(x, 1)  # TR101@13 torch.nn.functional.adaptive_max_pool2d
        g = F.lp_pool2d(x, 2, 2)  # TR101@13 torch.nn.functional.lp_pool2d
        h = F.max_pool1d(line, 2)  # TR101@13 torch.nn.functional.max_pool1d
        i = F.avg_pool1d(line, 2)  # TR101@13 torch.nn.functional.avg_pool1d
        j = F.adaptive_avg_pool1d(line, 1)  # TR101@13 torch.nn.functional.adaptive_avg_pool1d
        k = F.max_pool3d(volume, (1, 2, 2))  # TR101@13 torch.nn.functional.max_pool3d
        l = F.avg_pool3d(volume, (1, 2, 2))  # TR101@13 torch.nn.functional.avg_pool3d
        m = torch.max_pool2d(x, 2)  # TR101@13 torch.max_pool2d
        n = torch.avg_pool1d(line, 2)  # TR101@13 torch.avg_pool1d
        o = torch.adaptive_avg_pool1d(line, 1)  # TR101@13 torch.adaptive_avg_pool1d
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n, o


class Unpooling(nn.Module):
    def forward(self, x):
        pooled, indices = F.max_pool2d_with_indices(x, 2)  # TR101@27 torch.nn.functional.max_pool2d_with_indices
        return F.max_unpool2d(pooled, indices, 2)  # TR101@16 torch.nn.functional.max_unpool2d


class Dropout(nn.Module):
    def forward(self, x):
        x = F.dropout(x, 0.5, self.training)  # TR101@13 torch.nn.functional.dropout
        x = F.dropout(x, p=0.5)  # TR101@13 torch.nn.functional.dropout
        x = F.dropout(x, training=False)  # TR101@13 torch.nn.functional.dropout
        x = F.dropout2d(x, 0.5, self.training)  # TR101@13 torch.nn.functional.dropout2d
        x = F.alpha_dropout(x, 0.5, self.training)  # TR101@13 torch.nn.functional.alpha_dropout
        x = F.feature_alpha_dropout(x, 0.5, self.training)  # TR101@13 torch.nn.functional.feature_alpha_dropout
        x = torch.dropout(x, 0.5, self.training)  # TR101@13 torch.dropout
        return torch.feature_dropout(x, 0.5, False)  # TR101@16 torch.feature_dropout


class DropoutOnlyInTraining(nn.Module):
    def forward(self, x):
        if self.training:
            x = F.dropout(x)  # TR101@17 torch.nn.functional.dropout
        return x


class Padding(nn.Module):
    def forward(self, x):
        a = F.pad(x, (1, 1))  # TR101@13 torch.nn.functional.pad
        b = F.pad(x, (1, 1, 1, 1), mode="reflect")  # TR101@13 torch.nn.functional.pad
        c = F.pad(x, [1, 1, 1, 1], "constant", 0.5)  # TR101@13 torch.nn.functional.pad
        d = F.pad(x, (1, 1, 1, 1), "replicate")  # TR101@13 torch.nn.functional.pad
        e = F.pad(x, (1, 1, 1, 1), mode="circular")  # TR101@13 torch.nn.functional.pad
        return a, b, c, d, e


class Resizing(nn.Module):
    def forward(self, x, like):
        a = F.interpolate(x, scale_factor=2)  # TR101@13 torch.nn.functional.interpolate
        b = F.interpolate(x, size=(4, 4), mode="bilinear", align_corners=False)  # TR101@13 torch.nn.functional.interpolate
        c = F.interpolate(x, size=like.shape[-2:])  # TR101@13 torch.nn.functional.interpolate
        d = F.upsample(x, scale_factor=2)  # TR101@13 torch.nn.functional.upsample
        return a, b, c, d


class Shuffling(nn.Module):
    def forward(self, x):
        a = F.pixel_shuffle(x, 2)  # TR101@13 torch.nn.functional.pixel_shuffle
        b = F.pixel_unshuffle(x, 2)  # TR101@13 torch.nn.functional.pixel_unshuffle
        c = F.channel_shuffle(x, 2)  # TR101@13 torch.nn.functional.channel_shuffle
        d = torch.pixel_shuffle(x, 2)  # TR101@13 torch.pixel_shuffle
        e = torch.channel_shuffle(x, 2)  # TR101@13 torch.channel_shuffle
        f = F.unfold(x, 2)  # TR101@13 torch.nn.functional.unfold
        g = F.fold(f, (8, 8), 2)  # TR101@13 torch.nn.functional.fold
        return a, b, c, d, e, f, g


class NormalisationWithoutWeights(nn.Module):
    def forward(self, x):
        a = F.layer_norm(x, (8,))  # TR101@13 torch.nn.functional.layer_norm
        b = F.layer_norm(x, x.shape[-1:])  # TR101@13 torch.nn.functional.layer_norm
        c = F.rms_norm(x, (8,))  # TR101@13 torch.nn.functional.rms_norm
        d = F.group_norm(x, 2)  # TR101@13 torch.nn.functional.group_norm
        e = F.instance_norm(x)  # TR101@13 torch.nn.functional.instance_norm
        f = F.local_response_norm(x, 2)  # TR101@13 torch.nn.functional.local_response_norm
        g = torch.layer_norm(x, (8,))  # TR101@13 torch.layer_norm
        h = torch.group_norm(x, 2)  # TR101@13 torch.group_norm
        return a, b, c, d, e, f, g, h


class Distances(nn.Module):
    def forward(self, x, y):
        a = F.cosine_similarity(x, y)  # TR101@13 torch.nn.functional.cosine_similarity
        b = torch.cosine_similarity(x, y)  # TR101@13 torch.cosine_similarity
        c = F.pairwise_distance(x, y)  # TR101@13 torch.nn.functional.pairwise_distance
        return a, b, c


class LossesInForward(nn.Module):
    def forward(self, x, y):
        labels = torch.argmax(y, 1)
        a = F.mse_loss(x, y)  # TR101@13 torch.nn.functional.mse_loss
        b = F.cross_entropy(x, labels)  # TR101@13 torch.nn.functional.cross_entropy
        c = F.l1_loss(x, y, reduction="sum")  # TR101@13 torch.nn.functional.l1_loss
        d = F.smooth_l1_loss(x, y)  # TR101@13 torch.nn.functional.smooth_l1_loss
        e = F.nll_loss(x, labels)  # TR101@13 torch.nn.functional.nll_loss
        f = F.binary_cross_entropy_with_logits(x, y)  # TR101@13 torch.nn.functional.binary_cross_entropy_with_logits
        g = F.kl_div(x, y, reduction="batchmean")  # TR101@13 torch.nn.functional.kl_div
        return a, b, c, d, e, f, g


IMAGE = lambda: (torch.rand(2, 4, 8, 8),)
INPUTS = {
    "Pooling": IMAGE,
    "Unpooling": IMAGE,
    "Dropout": IMAGE,
    "DropoutOnlyInTraining": IMAGE,
    "Padding": IMAGE,
    "Resizing": lambda: (torch.rand(2, 4, 8, 8), torch.rand(2, 4, 6, 6)),
    "Shuffling": IMAGE,
    "NormalisationWithoutWeights": IMAGE,
    "Distances": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "LossesInForward": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
}
