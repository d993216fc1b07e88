"""A suite with a mistake, made on purpose: it ends the process that collects it."""

import os

os._exit(3)
