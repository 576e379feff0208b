"""Whether a driver costs as much where it is weak as it brings where it is strong."""
