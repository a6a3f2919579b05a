"""Group robots: one message per event and robot, not per person. The vendors' folders stand beside this one."""
