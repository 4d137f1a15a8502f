"""The cases in PyTorch; f64 but for training.

Input: arrays. Output: for each quantity, how to run it and how to read the result. Invariant: vectorised over points and observations;
eager, as most programs run it.
"""

import numpy as np
import torch
from serve import Works


def works(tool, case, arrays, threads):
    """The case's works."""
    torch.set_num_threads(threads)
    family = case.split("_")[0]
    if family == "train":
        return training(arrays)
    data = {name: torch.from_numpy(np.array(value)) for name, value in arrays}
    if family == "gmm":
        return of_scalar(gmm(data), [data["alphas"], data["means"], data["icf"]])
    if family == "lstm":
        return of_scalar(lstm(data), [data["main"], data["extra"]])
    if family == "rosenbrock":
        return of_scalar(lambda x: torch.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2), [data["x"]])
    return ba(data)


def of_scalar(function, parameters):
    """The function, and its value and gradient."""
    parameters = [p.clone().requires_grad_() for p in parameters]

    def primal():
        with torch.no_grad():
            return function(*parameters)

    def gradient():
        value = function(*parameters)
        return value.detach(), torch.autograd.grad(value, parameters)

    return Works(primal=(primal, lambda value: [value]), gradient=(gradient, lambda result: [result[0], *result[1]]))


def gmm(data):
    x = data["x"]
    n, d = x.shape
    rows, columns = np.tril_indices(d, -1)
    order = np.lexsort((rows, columns))
    rows, columns = torch.from_numpy(rows[order]), torch.from_numpy(columns[order])

    def objective(alphas, means, icf):
        k = means.shape[0]
        sums, diagonals = icf[:, :d].sum(1), icf[:, :d].exp()
        q = torch.diag_embed(diagonals).index_put((torch.arange(k)[:, None], rows, columns), icf[:, d:])
        centered = x[None] - means[:, None]
        squares = (centered @ q.transpose(1, 2)).square().sum(2).T
        total = torch.logsumexp(alphas + sums - 0.5 * squares, 1).sum()
        prior = 0.5 * data["gamma"] ** 2 * (diagonals.square().sum() + icf[:, d:].square().sum())
        prior = prior - data["m"] * sums.sum() - k * data["normalizer"]
        return -0.5 * n * d * np.log(2 * np.pi) + total - n * torch.logsumexp(alphas, 0) + prior

    return objective


def lstm(data):
    def objective(main, extra):
        state = [(hidden, cell) for hidden, cell in data["state"]]
        total = 0.0
        for given, expected in zip(data["sequence"], data["sequence"][1:]):
            signal = given * extra[0]
            for index, (hidden, cell) in enumerate(state):
                weights, biases = main[index, :4], main[index, 4:]
                gates = torch.stack([signal, hidden, signal, hidden]) * weights + biases
                forget, ingate, outgate = torch.sigmoid(gates[:3])
                cell = cell * forget + ingate * torch.tanh(gates[3])
                signal = outgate * torch.tanh(cell)
                state[index] = (signal, cell)
            scores = signal * extra[1] + extra[2]
            total = total + torch.sum(expected * (scores - torch.log(2 + torch.sum(torch.exp(scores)))))
        return -total / ((len(data["sequence"]) - 1) * data["sequence"].shape[1])

    return objective


def reprojection(parameters, features):
    """For all observations at once: parameters `[p, 15]`."""
    r, centre, focal = parameters[:, :3], parameters[:, 3:6], parameters[:, 6:7]
    principal, k1, k2 = parameters[:, 7:9], parameters[:, 9:10], parameters[:, 10:11]
    moved, weight = parameters[:, 11:14] - centre, parameters[:, 14:15]
    angle = r.square().sum(1, keepdim=True).sqrt()
    axis = r / angle
    sin, cos = angle.sin(), angle.cos()
    along = (axis * moved).sum(1, keepdim=True) * (1 - cos)
    seen = moved * cos + torch.linalg.cross(axis, moved) * sin + axis * along
    seen = seen[:, :2] / seen[:, 2:]
    squared = seen.square().sum(1, keepdim=True)
    return weight * (seen * (1 + squared * (k1 + squared * k2)) * focal + principal - features)


def ba(data):
    camera, point = data["camera"].long(), data["point"].long()

    def gathered():
        return torch.cat([data["cameras"][camera], data["points"][point], data["weights"][:, None]], 1)

    def primal():
        return reprojection(gathered(), data["features"]), 1 - data["weights"] ** 2

    def jacobian():
        parameters = gathered().requires_grad_()
        residuals = reprojection(parameters, data["features"])
        # An observation's residuals depend on its own parameters alone: one sweep for each of the two.
        rows = [torch.autograd.grad(residuals[:, i].sum(), parameters, retain_graph=i == 0)[0] for i in range(2)]
        weights = data["weights"]
        return residuals.detach(), 1 - weights**2, torch.stack(rows, 1), -2 * weights

    def numbers(result):
        return [torch.cat([v.reshape(len(camera), -1) for v in result], 1)]

    return Works(primal=(primal, numbers), gradient=(jacobian, numbers))


def training(arrays):
    data = dict(arrays)
    x = torch.from_numpy(data["x"].astype(np.float32))
    labels = torch.from_numpy(data["labels"].astype(np.int64))
    rate = float(data["rate"])
    start = [torch.from_numpy(w.astype(np.float32)) for name, w in arrays if name == "weights"]
    layers = []
    for index, weights in enumerate(start):
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(weights)
            linear.bias.zero_()
        layers += [linear] if index == 0 else [torch.nn.ReLU(), linear]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    criterion = torch.nn.CrossEntropyLoss()

    def run():
        optimizer.zero_grad()
        loss = criterion(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    def numbers(loss):
        found = [loss.detach()]
        linears = [m for m in model if isinstance(m, torch.nn.Linear)]
        for before, linear in zip(start, linears):
            found += [(before.double() - linear.weight.detach().double()) / rate, -linear.bias.detach().double() / rate]
        return found

    return Works(gradient=(run, numbers))
