"""The cases in JAX, compiled with `jit`; f64 but for training.

Input: arrays. Output: for each quantity, how to run it and how to read the result. Invariant: parameters are arguments of what is
compiled, so that nothing is folded into it; everything else is data.
"""

import os

if "XLA_FLAGS" not in os.environ:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=" + ("false" if os.environ.get("OMP_NUM_THREADS") == "1" else "true")

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp
from serve import Works

jax.config.update("jax_enable_x64", True)


def works(tool, case, arrays, threads):
    """The case's works."""
    family = case.split("_")[0]
    if family == "train":
        return training(arrays)
    data = {name: jnp.asarray(value) for name, value in arrays}
    if family == "gmm":
        make = gmm_products if tool == "jax-gemm" else gmm
        return of_scalar(make(data), (data["alphas"], data["means"], data["icf"]))
    if family == "lstm":
        return of_scalar(lstm(data), (data["main"], data["extra"]))
    return {"ba1": ba, "euler": euler, "rosenbrock": rosenbrock, "arm": arm}[case](data)


def timed(function, arguments, numbers):
    compiled = jax.jit(function)
    jax.block_until_ready(compiled(*arguments))
    return (lambda: jax.block_until_ready(compiled(*arguments)), numbers)


def of_scalar(function, parameters):
    """The function and its value and gradient, as functions of the parameters."""
    argnums = tuple(range(len(parameters)))
    found = Works()
    found["primal"] = timed(function, parameters, lambda value: [value])
    found["gradient"] = timed(jax.value_and_grad(function, argnums), parameters, lambda result: [result[0], *result[1]])
    return found


def factor(icf, d):
    """The strict lower triangles, `[k, d, d]`, from their columns one after the other."""
    rows, columns = np.tril_indices(d, -1)
    order = np.lexsort((rows, columns))
    lower = jnp.zeros((icf.shape[0], d, d), icf.dtype)
    return lower.at[:, rows[order], columns[order]].set(icf[:, d:])


def prior(data, sums, diagonals, lower):
    squares = jnp.sum(diagonals**2) + jnp.sum(lower**2)
    k = sums.shape[0]
    return 0.5 * data["gamma"] ** 2 * squares - data["m"] * jnp.sum(sums) - k * data["normalizer"]


def whole(data, alphas, icf, squares):
    """The objective from the squared norms, `[n, k]`."""
    n, d = data["x"].shape
    sums, diagonals = jnp.sum(icf[:, :d], axis=1), jnp.exp(icf[:, :d])
    total = jnp.sum(logsumexp(alphas + sums - 0.5 * squares, axis=1))
    constant = -0.5 * n * d * np.log(2 * np.pi)
    return constant + total - n * logsumexp(alphas) + prior(data, sums, diagonals, icf[:, d:])


def gmm(data):
    """As it is written down: for each point and component the product of a triangle and a vector."""

    def objective(alphas, means, icf):
        d = means.shape[1]
        q = factor(icf, d) + jax.vmap(jnp.diag)(jnp.exp(icf[:, :d]))
        squares = jax.vmap(lambda x: jnp.sum(jnp.einsum("kij,kj->ki", q, x - means) ** 2, axis=1))(data["x"])
        return whole(data, alphas, icf, squares)

    return objective


def gmm_products(data):
    """Turned into one product of matrices for each component, by hand."""

    def objective(alphas, means, icf):
        d = means.shape[1]
        q = factor(icf, d) + jax.vmap(jnp.diag)(jnp.exp(icf[:, :d]))
        squares = jax.lax.map(lambda qm: jnp.sum(((data["x"] - qm[1]) @ qm[0].T) ** 2, axis=1), (q, means))
        return whole(data, alphas, icf, squares.T)

    return objective


def lstm(data):
    def objective(main, extra):
        def layer(carried, parameters_and_state):
            parameters, (hidden, cell) = parameters_and_state
            forget = jax.nn.sigmoid(carried * parameters[0] + parameters[4])
            ingate = jax.nn.sigmoid(hidden * parameters[1] + parameters[5])
            outgate = jax.nn.sigmoid(carried * parameters[2] + parameters[6])
            change = jnp.tanh(hidden * parameters[3] + parameters[7])
            cell = cell * forget + ingate * change
            hidden = outgate * jnp.tanh(cell)
            return hidden, (hidden, cell)

        def character(state, pair):
            given, expected = pair
            signal, state_after = given * extra[0], []
            for index in range(main.shape[0]):
                signal, after = layer(signal, (main[index], state[index]))
                state_after.append(jnp.stack(after))
            scores = signal * extra[1] + extra[2]
            loss = jnp.sum(expected * (scores - jnp.log(2 + jnp.sum(jnp.exp(scores)))))
            return jnp.stack(state_after), loss

        _, losses = jax.lax.scan(character, data["state"], (data["sequence"][:-1], data["sequence"][1:]))
        return -jnp.sum(losses) / (losses.shape[0] * data["sequence"].shape[1])

    return objective


def rodrigues(r, x):
    angle = jnp.sqrt(jnp.dot(r, r))
    axis = r / angle
    sin, cos = jnp.sin(angle), jnp.cos(angle)
    return x * cos + jnp.cross(axis, x) * sin + axis * jnp.dot(axis, x) * (1 - cos)


def reprojection(parameters, feature):
    camera, point, weight = parameters[:11], parameters[11:14], parameters[14]
    seen = rodrigues(camera[:3], point - camera[3:6])
    seen = seen[:2] / seen[2]
    squared = jnp.dot(seen, seen)
    distortion = 1 + squared * (camera[9] + squared * camera[10])
    return weight * (seen * distortion * camera[6] + camera[7:9] - feature)


def ba(data):
    camera, point = np.asarray(data["camera"], int), np.asarray(data["point"], int)

    def gathered(cameras, points, weights):
        return jnp.concatenate([cameras[camera], points[point], weights[:, None]], axis=1)

    def primal(cameras, points, weights, features):
        return jax.vmap(reprojection)(gathered(cameras, points, weights), features), 1 - weights**2

    def jacobian(cameras, points, weights, features):
        def rows(parameters, feature):
            residual, pullback = jax.vjp(lambda p: reprojection(p, feature), parameters)
            return residual, jax.vmap(lambda bar: pullback(bar)[0])(jnp.eye(2))

        residuals, jacobians = jax.vmap(rows)(gathered(cameras, points, weights), features)
        return residuals, 1 - weights**2, jacobians, -2 * weights

    def numbers(result):
        parts = [np.asarray(v).reshape(len(camera), -1) for v in result]
        return [np.concatenate(parts, axis=1)]

    arguments = (data["cameras"], data["points"], data["weights"], data["features"])
    return Works(primal=timed(primal, arguments, numbers), gradient=timed(jacobian, arguments, numbers))


def euler(data):
    h, steps = float(data["h"]), int(data["steps"])

    def energy(start):
        angle, velocity, stiffness, damping = start

        def step(state, _):
            angle, velocity = state
            acceleration = -stiffness * jnp.sin(angle) - damping * velocity
            return (angle + h * velocity, velocity + h * acceleration), None

        (angle, velocity), _ = jax.lax.scan(step, (angle, velocity), None, length=steps)
        return 0.5 * velocity**2 + stiffness * (1 - jnp.cos(angle))

    return of_scalar(energy, (data["start"],))


def rosenbrock(data):
    def value(x):
        return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    return of_scalar(value, (data["x"],))


def arm(data):
    links = [(0.0, 0.4), (0.45, 0.0), (0.05, 0.0), (0.0, 0.42), (0.0, 0.0), (0.0, 0.1)]
    twists = [(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (0.0, 1.0)]

    def tip(angles):
        place = jnp.zeros(3)
        for joint in reversed(range(6)):
            (along, up), (s, c) = links[joint], twists[joint]
            sin, cos = jnp.sin(angles[joint]), jnp.cos(angles[joint])
            turn = jnp.array([[cos, -sin * c, sin * s], [sin, cos * c, -cos * s], [0.0, s, c]])
            place = turn @ (place + jnp.array([along, up, 0.0]))
        return place

    def jacobians(poses):
        return jax.vmap(tip)(poses), jax.vmap(jax.jacrev(tip))(poses)

    def numbers(result):
        tips, jacobian = np.asarray(result[0]), np.asarray(result[1])
        return [np.concatenate([tips, jacobian.transpose(0, 2, 1).reshape(len(tips), -1)], axis=1)]

    primal = timed(jax.vmap(tip), (data["poses"],), lambda tips: [tips])
    return Works(primal=primal, gradient=timed(jacobians, (data["poses"],), numbers))


def training(arrays):
    data = dict(arrays)
    x, labels = jnp.asarray(data["x"], jnp.float32), jnp.asarray(data["labels"], jnp.int32)
    rate = np.float32(data["rate"])
    start = [(jnp.asarray(w, jnp.float32), jnp.zeros(w.shape[0], jnp.float32)) for name, w in arrays if name == "weights"]

    def loss(layers):
        signal = x
        for index, (weights, biases) in enumerate(layers):
            signal = signal @ weights.T + biases
            if index < len(layers) - 1:
                signal = jax.nn.relu(signal)
        return jnp.mean(logsumexp(signal, axis=1) - jnp.take_along_axis(signal, labels[:, None], axis=1)[:, 0])

    @jax.jit
    def step(layers):
        value, gradient = jax.value_and_grad(loss)(layers)
        return value, jax.tree.map(lambda p, g: p - rate * g, layers, gradient)

    step = jax.jit(step, donate_argnums=0)
    jax.block_until_ready(step(jax.tree.map(jnp.copy, start)))
    state = {"layers": jax.tree.map(jnp.copy, start)}

    def run():
        value, state["layers"] = jax.block_until_ready(step(state["layers"]))
        return value

    def numbers(value):
        found = [value]
        for (before, _), (weights, biases) in zip(start, state["layers"]):
            found += [(np.float64(before) - np.float64(weights)) / np.float64(rate), -np.float64(biases) / np.float64(rate)]
        return found

    return Works(gradient=(run, numbers))
