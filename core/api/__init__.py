"""The ground every JSON endpoint stands on: who asks, how errors look, how lists are paged."""
