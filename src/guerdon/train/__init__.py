"""Training: the demo's model and task, and adapters to trainers.

Importing this costs nothing; its parts load torch when they are called.
"""
