# %% [markdown] lang="zh"
# 本实验正在写。
# %% [markdown] lang="en"
# This lab is being written.
# %%
import pandas as pd

complaints = pd.read_csv("data/complaints.csv", parse_dates=["received_at", "told_at"])
events = pd.read_csv("data/complaint_events.csv", parse_dates=["at"])
len(complaints), len(events)
